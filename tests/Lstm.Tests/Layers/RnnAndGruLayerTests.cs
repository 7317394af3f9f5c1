namespace Lstm.Tests.Layers;

public sealed class RnnAndGruLayerTests
{
    [Fact]
    public void Parameters_and_states_have_names_and_shapes()
    {
        Sequential<float> model = new(
            new RnnLayer<float>(2, 3, new() { LearnInitialState = true }),
            new GruLayer<float>(3, 4, new() { ResetAfter = false }),
            new GruLayer<float>(4, 5, new() { ResetAfter = true, LearnInitialState = true }));

        model.Parameters.Select(parameter => $"{parameter.Name}[{string.Join(",", parameter.Shape.ToArray())}]").Should().Equal(
            "0.W[3,2]", "0.R[3,3]", "0.b[3]", "0.h0[3]", "1.W[12,3]", "1.R[12,4]", "1.b[12]", "2.W[15,4]", "2.R[15,5]", "2.b[15]", "2.rb[5]", "2.h0[5]");
        new Bptt<float>(model, steps: 1, batch: 1).States.Select(state => state.Name).Should().Equal("0.h", "1.h", "2.h");
    }

    /// <summary>Each gate's block of R by itself, and biases of 0.</summary>
    [Fact]
    public void First_values_are_orthogonal_per_gate()
    {
        GruLayer<double> layer = new(3, 4);
        _ = new Sequential<double>(layer);
        ReadOnlySpan<double> n = layer.RecurrentWeights.Value[(2 * 4 * 4)..];
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                double dot = Enumerable.Range(0, 4).Sum(k => layer.RecurrentWeights.Value[32 + i * 4 + k] * layer.RecurrentWeights.Value[32 + j * 4 + k]);
                dot.Should().BeApproximately(i == j ? 1 : 0, 1e-14);
            }
        }

        n.Length.Should().Be(16);
        layer.Parameters[2].Value.ToArray().Should().OnlyContain(value => value == 0);
    }

    /// <summary>Where all reset gates are 1, there is no difference between a reset before and after.</summary>
    [Fact]
    public void Both_resets_agree_where_nothing_is_reset()
    {
        GruLayer<double> before = new(3, 4, new() { ResetAfter = false }), after = new(3, 4, new() { ResetAfter = true });
        Bptt<double> first = new(new Sequential<double>(before), steps: 5, batch: 2), second = new(new Sequential<double>(after), steps: 5, batch: 2);
        foreach (int k in new[] { 0, 1, 2 })
        {
            before.Parameters[k].Value.CopyTo(after.Parameters[k].Value);
            before.Parameters[2].Value[..4].Fill(50);
            after.Parameters[2].Value[..4].Fill(50);
        }

        double[] x = Numbers.Random(5 * 2 * 3);

        Numbers.ShouldAgree(first.Forward(x), second.Forward(x), 1e-13);
    }

    /// <summary>What is dropped is replaced by its mean, so nothing is random.</summary>
    [Fact]
    public void Evaluation_drops_nothing()
    {
        GruOptions options = new() { ResetAfter = false, HiddenDropout = 0.5, WeightDropout = 0.5 };
        Sequential<double> plain = new(new GruLayer<double>(3, 8, new() { ResetAfter = false })), dropping = new(new GruLayer<double>(3, 8, options));
        double[] x = Numbers.Random(4 * 2 * 3);
        Bptt<double> evaluation = new(dropping, steps: 4, batch: 2) { Training = false };

        evaluation.Forward(x).ToArray().Should().Equal(new Bptt<double>(plain, steps: 4, batch: 2).Forward(x).ToArray());
        new Bptt<double>(dropping, steps: 4, batch: 2).Forward(x).ToArray().Should().NotEqual(evaluation.Output.ToArray());
    }

    /// <summary>The candidate's product, whose source is r*h', reads dropped weights, too.</summary>
    [Fact]
    public void Weight_dropout_reaches_every_gate()
    {
        GruLayer<double> layer = new(3, 8, new() { WeightDropout = 0.5 });
        Bptt<double> bptt = new(new Sequential<double>(layer), steps: 4, batch: 2);
        bptt.Forward(Numbers.Random(4 * 2 * 3));
        bptt.OutputGradient.Fill(1);
        bptt.Backward();

        for (int gate = 0; gate < 3; gate++)
        {
            double[] gradient = layer.RecurrentWeights.Gradient.Slice(gate * 64, 64).ToArray();
            gradient.Count(value => value == 0).Should().BeInRange(16, 48, "half the weights of gate {0} take no part", gate);
        }
    }

    [Fact]
    public void Clipped_steps_limit_the_gradients_of_both_products()
    {
        Sequential<double> model = new(new GruLayer<double>(3, 4, new() { ResetAfter = true }));
        Bptt<double> bptt = new(model, steps: 1, batch: 2, new() { StepClipping = new() { PreActivationGradient = 1e-3 } });
        bptt.State("0.h").Value.Fill(0.5);
        bptt.Forward(Numbers.Random(2 * 3));
        bptt.OutputGradient.Fill(1e6);
        bptt.Backward();

        foreach (string name in new[] { "0.W", "0.R" })
        {
            model.Parameters[name].Gradient.ToArray().Should().OnlyContain(value => value != 0 && Math.Abs(value) <= 2e-3);
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Rates_out_of_range_are_named(double rate)
    {
        Action[] creations =
        [
            () => _ = new GruLayer<float>(2, 2, new() { ResetAfter = false, HiddenDropout = rate }),
            () => _ = new GruLayer<float>(2, 2, new() { ResetAfter = false, WeightDropout = rate }),
            () => _ = new RnnLayer<float>(2, 2, new() { ZoneoutHidden = rate }),
        ];

        creations.Should().AllSatisfy(create =>
            create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options").WithMessage("Expected *out* from 0 to less than 1*"));
    }

    [Theory]
    [InlineData(1e-60)]
    [InlineData(1e-10)]
    [InlineData(1 - 1e-11)]
    public void Rates_that_no_mask_has_are_refused(double rate)
    {
        Action[] creations =
        [
            () => _ = new GruLayer<float>(2, 2, new() { ResetAfter = false, HiddenDropout = rate }),
            () => _ = new RnnLayer<double>(2, 2, new() { WeightDropout = rate }),
            () => _ = new RnnLayer<float>(2, 2, new() { ZoneoutHidden = rate }),
            () => _ = new LstmLayer<float>(2, 2, new() { HiddenDropout = rate }),
            () => _ = new LstmLayer<float>(2, 2, new() { RecurrentDropout = rate }),
            () => _ = new LstmLayer<float>(2, 2, new() { WeightDropout = rate }),
            () => _ = new LstmLayer<double>(2, 2, new() { ZoneoutHidden = rate }),
            () => _ = new LstmLayer<double>(2, 2, new() { ZoneoutCell = rate }),
        ];

        creations.Should().AllSatisfy(create =>
            create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options").WithMessage("Expected *out* 2^-32*"));
    }

    [Fact]
    public void An_activation_that_is_none()
    {
        Action create = () => _ = new RnnLayer<float>(2, 2, new() { Activation = (Activation)9 });

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options").WithMessage("Expected an Activation*9*");
    }

    [Theory]
    [InlineData(0, 3, "inputSize")]
    [InlineData(3, 0, "hiddenSize")]
    public void Sizes_that_are_none(int inputSize, int hiddenSize, string argument)
    {
        Action[] creations = [() => _ = new GruLayer<float>(inputSize, hiddenSize, new() { ResetAfter = false }), () => _ = new RnnLayer<float>(inputSize, hiddenSize)];

        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(argument));
    }

    [Fact]
    public void Sizes_that_no_array_holds()
    {
        Action create = () => _ = new GruLayer<float>(2, int.MaxValue / 2, new() { ResetAfter = false });

        create.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*gates with at most*columns in all*");
    }
}

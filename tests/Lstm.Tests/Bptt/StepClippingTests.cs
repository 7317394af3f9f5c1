namespace Lstm.Tests.Bptt;

/// <summary>Gradients that are limited at every step of the backward pass.</summary>
public sealed class StepClippingTests
{
    private const int Steps = 4;
    private const int Batch = 2;

    /// <summary>Layers 3 -> 4 whose biases, or shifts, follow from da alone.</summary>
    private static readonly Dictionary<string, (Func<Layer<double>> Create, string Vector)> s_layers = new()
    {
        ["lstm"] = (() => new LstmLayer<double>(3, 4, new() { Peepholes = true }), "0.b"),
        ["lstm, any form"] = (() => new LstmLayer<double>(3, 4, new() { CellClip = 9, Peepholes = true }), "0.b"),
        ["lstm, layer norm"] = (() => new LstmLayer<double>(3, 4, new() { LayerNorm = new() }), "0.shift"),
        ["lstm, layer norm with bias"] = (() => new LstmLayer<double>(3, 4, new() { LayerNorm = LayerNormOptions.Haste }), "0.b"),
        ["gru"] = (() => new GruLayer<double>(3, 4, new() { ResetAfter = false }), "0.b"),
        ["gru, reset after"] = (() => new GruLayer<double>(3, 4, new() { ResetAfter = true }), "0.b"),
        ["rnn"] = (() => new RnnLayer<double>(3, 4), "0.b"),
    };

    public static TheoryData<StepClipping> Limits() =>
    [
        new() { PreActivationGradient = 0.05 },
        new() { HiddenGradient = 0.02 },
        new() { PreActivationNorm = 0.1 },
        new() { PreActivationGradient = 0.06, PreActivationNorm = 0.15, HiddenGradient = 0.05 },
    ];

    public static TheoryData<string> Layers() => [.. s_layers.Keys];

    [Fact]
    public void Limits_that_are_not_reached_change_nothing()
    {
        double[] free = Train(null);

        Train(new() { PreActivationGradient = 1e6, HiddenGradient = 1e6 }).Should().Equal(free);
        Numbers.ShouldAgree(Train(new() { PreActivationNorm = 1e6 }), free, 1e-14);
    }

    /// <summary>Weights, biases, peepholes, input and initial states, as Graves has them follow from what is limited.</summary>
    [Theory]
    [MemberData(nameof(Limits))]
    public void Agrees_with_the_equations_written_plainly(StepClipping limits)
    {
        Bptt<double> bptt = Backward(limits, Steps);
        double[] x = Numbers.Random(Steps * Batch * 3), dy = Numbers.Random(Steps * Batch * 5, seed: 9);

        NaiveClippedLstm naive = new(bptt.Model.Parameters, limits, inputSize: 3, hiddenSize: 5);
        naive.Run(x, dy, Steps, Batch);

        Train(null).Should().NotEqual(bptt.Model.Parameters.Gradients.ToArray(), "the limits are reached");
        foreach (string name in new[] { "0.W", "0.R", "0.b", "0.p" })
        {
            Numbers.ShouldAgree(bptt.Model.Parameters[name].Gradient, naive.Gradients[name], 1e-12);
        }

        Numbers.ShouldAgree(bptt.InputGradient, naive.InputGradient, 1e-12);
        Numbers.ShouldAgree(bptt.State("0.h").InitialGradient, naive.HiddenGradient, 1e-12);
        Numbers.ShouldAgree(bptt.State("0.c").InitialGradient, naive.CellGradient, 1e-12);
    }

    /// <summary>Of one step of one sequence, where a bias has the gradient da.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void A_bias_takes_the_gradient_that_is_limited(string name)
    {
        const double Limit = 0.01;
        double[] free = Gradients(name, null).Vector;
        (double[] limited, double[] dW, _) = Gradients(name, new() { PreActivationGradient = Limit });

        free.Should().Contain(value => Math.Abs(value) > Limit);
        limited.Should().OnlyContain(value => Math.Abs(value) <= Limit).And.Contain(value => Math.Abs(value) == Limit);
        if (name != "gru" && name != "gru, reset after")
        {
            Numbers.ShouldAgree(limited, [.. free.Select(value => Math.Clamp(value, -Limit, Limit))], 1e-15);
        }

        if (!name.Contains("norm", StringComparison.Ordinal))
        {
            double[] x = Numbers.Random(3);
            Numbers.ShouldAgree(dW, [.. limited.SelectMany(da => x.Select(value => da * value))], 1e-15);
        }
    }

    /// <summary>What follows from da within the step is of the limited one: dar of dan.</summary>
    [Fact]
    public void The_reset_gate_takes_the_limited_gradient_of_its_candidate()
    {
        const double Limit = 1e-3;
        double[] free = Gradients("gru, reset after", null).Vector;
        double[] limited = Gradients("gru, reset after", new() { PreActivationGradient = Limit }).Vector;

        for (int k = 0; k < 4; k++)
        {
            double dan = free[8 + k];
            Math.Abs(dan).Should().BeGreaterThan(Limit);
            limited[k].Should().BeApproximately(Math.Clamp(free[k] * Limit / Math.Abs(dan), -Limit, Limit), 1e-15);
        }
    }

    /// <summary>r = 1/2 and n = 0, where dar = 2.5 dan: a limited candidate alone would leave it beyond the limit.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_reset_gate_has_a_limit_of_its_own(bool resetAfter)
    {
        const double Limit = 1e-3;
        Sequential<double> model = new(new GruLayer<double>(3, 4, new() { ResetAfter = resetAfter }));
        model.Parameters.Values.Clear();
        model.Parameters["0.b"].Value[8..].Fill(-5);
        for (int u = 0; u < 4; u++)
        {
            if (resetAfter)
            {
                model.Parameters["0.rb"].Value[u] = 10;
            }
            else
            {
                model.Parameters["0.R"].Value[(8 + u) * 4 + u] = 10;
            }
        }

        Bptt<double> bptt = new(model, steps: 1, batch: 1, new() { StepClipping = new() { PreActivationGradient = Limit } });
        bptt.State("0.h").Value.Fill(1);
        bptt.Forward(new double[3]);
        bptt.OutputGradient.Fill(1);
        bptt.Backward();

        model.Parameters["0.b"].Gradient[..4].ToArray().Should().AllBeEquivalentTo(Limit);
    }

    /// <summary>The vectors and R of every layer are scaled with da.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void A_bias_is_scaled_with_the_norm(string name)
    {
        (double[] freeVector, double[] freeW, double[] freeR) = Gradients(name, null);
        (double[] vector, double[] dW, double[] dR) = Gradients(name, new() { PreActivationNorm = 0.03 });
        double scale = dW[0] / freeW[0];

        scale.Should().BeInRange(0.001, 0.999);
        Numbers.ShouldAgree(vector, [.. freeVector.Select(value => value * scale)], 1e-14);
        Numbers.ShouldAgree(dR, [.. freeR.Select(value => value * scale)], 1e-14);

        double[] x = Numbers.Random(3);
        double norm = Math.Sqrt(dW.Sum(value => value * value) / x.Sum(value => value * value));
        norm.Should().BeApproximately(0.03, 1e-12);
    }

    [Fact]
    public void The_gradient_of_the_initial_state_is_cut_off()
    {
        Bptt<double> bptt = Backward(new() { HiddenGradient = 0.02 }, steps: 3);

        bptt.State("0.h").InitialGradient.ToArray().Should().OnlyContain(value => Math.Abs(value) <= 0.02);
        Backward(null, steps: 3).State("0.h").InitialGradient.ToArray().Should().Contain(value => Math.Abs(value) > 0.02);
    }

    /// <summary>However large a gradient is, nothing of it remains in what is summed over the steps.</summary>
    [Fact]
    public void An_enormous_gradient_is_cut_off()
    {
        Bptt<double> bptt = new(Model(), steps: 2, batch: 1, new() { StepClipping = new() { PreActivationGradient = 0.5, HiddenGradient = 1 } });
        bptt.Forward(Numbers.Random(2 * 3));
        bptt.OutputGradient.Fill(1e300);
        bptt.Backward();

        bptt.Model.Parameters["0.b"].Gradient.ToArray().Should().OnlyContain(value => Math.Abs(value) <= 1);
    }

    [Fact]
    public void A_limit_that_is_none_is_refused_by_name()
    {
        foreach (double limit in new[] { -1, double.NaN, 1e-50, 1e50, double.PositiveInfinity })
        {
            Refused(new() { HiddenGradient = limit }, "HiddenGradient");
            Refused(new() { PreActivationGradient = limit }, "PreActivationGradient");
            Refused(new() { PreActivationNorm = limit }, "PreActivationNorm");
        }

        void Refused(StepClipping limits, string name) =>
            FluentActions.Invoking(() => new Bptt<float>(new(new LstmLayer<float>(1, 1)), 1, 1, new() { StepClipping = limits }))
                .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0, for none, or greater than 0 as Single*").WithParameterName(name);
    }

    /// <summary>The squares of what is to be scaled are beyond the largest float.</summary>
    [Fact]
    public void A_norm_beyond_floats_is_scaled()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3));
        Bptt<float> bptt = new(model, 1, 1, new() { StepClipping = new() { PreActivationNorm = 1 } });
        bptt.Forward([1f, 2f]);
        bptt.OutputGradient.Fill(1e25f);

        bptt.Backward();

        Math.Sqrt(model.Parameters["0.b"].Gradient.ToArray().Sum(value => (double)value * value)).Should().BeApproximately(1, 1e-6);
    }

    private static (double[] Vector, double[] W, double[] R) Gradients(string name, StepClipping? limits)
    {
        (Func<Layer<double>> create, string vector) = s_layers[name];
        Sequential<double> model = new(create());
        Bptt<double> bptt = new(model, steps: 1, batch: 1, new() { StepClipping = limits });
        foreach (RecurrentState<double> state in bptt.States)
        {
            Numbers.Random(4, seed: 5).CopyTo(state.Value);
        }

        bptt.Forward(Numbers.Random(3));
        Numbers.Random(4, seed: 9).CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return (model.Parameters[vector].Gradient.ToArray(), model.Parameters["0.W"].Gradient.ToArray(), model.Parameters["0.R"].Gradient.ToArray());
    }

    private static double[] Train(StepClipping? limits) => Backward(limits, Steps).Model.Parameters.Gradients.ToArray();

    private static Bptt<double> Backward(StepClipping? limits, int steps)
    {
        Bptt<double> bptt = new(Model(), steps, Batch, new() { StepClipping = limits });
        bptt.Forward(Numbers.Random(steps * Batch * 3));
        Numbers.Random(steps * Batch * 5, seed: 9).CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return bptt;
    }

    private static Sequential<double> Model()
    {
        Sequential<double> model = new(new LstmLayer<double>(3, 5, new() { Peepholes = true }));
        Numbers.Random(15, seed: 4).CopyTo(model.Parameters["0.p"].Value);
        return model;
    }
}

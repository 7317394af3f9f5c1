using Lstm.Numerics;

namespace Lstm.Tests.Bptt;

public sealed class BpttTests
{
    private const int InputSize = 3;

    public static TheoryData<LstmOptions> Cells() => [new(), new() { Peepholes = true }, new() { LayerNorm = new(), Peepholes = true }];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Two_windows_with_the_state_carried_on_are_one_long_window(LstmOptions options)
    {
        Sequential<double> model = Model(options);
        double[] x = Random(6 * 2 * InputSize);
        Bptt<double> whole = new(model, steps: 6, batch: 2), window = new(model, steps: 3, batch: 2);

        double[] expected = whole.Forward(x).ToArray();
        double[] actual = [.. window.Forward(x.AsSpan(0, x.Length / 2)).ToArray(), .. window.Forward(x.AsSpan(x.Length / 2)).ToArray()];

        actual.Should().Equal(expected);
        window.States.Should().AllSatisfy(state => state.Value.ToArray().Should().Equal(whole.States.Single(other => other.Name == state.Name).Value.ToArray()));
    }

    [Fact]
    public void A_reset_starts_again_from_zero()
    {
        Bptt<double> bptt = new(Model(new()), steps: 3, batch: 2);
        double[] x = Random(3 * 2 * InputSize);
        double[] first = bptt.Forward(x).ToArray();

        bptt.Forward(x).ToArray().Should().NotEqual(first);
        bptt.ResetState();
        bptt.Forward(x).ToArray().Should().Equal(first);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_shorter_window_is_what_a_smaller_engine_computes(LstmOptions options)
    {
        Sequential<double> model = Model(options);
        double[] x = Random(2 * 3 * InputSize), dy = Random(2 * 3 * 4);
        Bptt<double> large = new(model, steps: 7, batch: 3), small = new(model, steps: 2, batch: 3);
        large.Forward(Random(7 * 3 * InputSize));
        large.OutputGradient.Fill(1);
        large.Backward();
        large.ResetState();

        double[] expected = Train(small, x, dy), actual = Train(large, x, dy);

        actual.Should().Equal(expected);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_bits_are_the_same_for_any_number_of_threads(LstmOptions options)
    {
        float[] TrainWith(int threads)
        {
            Sequential<float> model = new(new LstmLayer<float>(40, 70, options), new LstmLayer<float>(70, 33, options), new Dense<float>(33, 40));
            Bptt<float> bptt = new(model, steps: 9, batch: 13, new() { Threads = threads });
            float[] x = [.. Random(9 * 13 * 40).Select(value => (float)value)];
            float[] y = bptt.Forward(x).ToArray();
            x.CopyTo(bptt.OutputGradient);
            bptt.Backward();
            return [.. y, .. model.Parameters.Gradients, .. bptt.InputGradient];
        }

        float[] expected = TrainWith(1);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            TrainWith(threads).Should().Equal(expected, "{0} threads compute the same", threads);
        }
    }

    /// <summary>One sequence alone, whose steps the threads share if they are free.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Threads_that_share_a_step_give_the_same_bits(LstmOptions options)
    {
        float[] TrainWith(int threads)
        {
            Sequential<float> model = new(new LstmLayer<float>(6, 70, options), new LstmLayer<float>(70, 130, options));
            Bptt<float> bptt = new(model, steps: 20, batch: 1, new() { Threads = threads });
            float[] x = [.. Random(20 * 6).Select(value => (float)value)];
            float[] y = bptt.Forward(x).ToArray();
            y.CopyTo(bptt.OutputGradient);
            bptt.Backward();
            return [.. y, .. model.Parameters.Gradients, .. bptt.InputGradient];
        }

        float[] expected = TrainWith(1), withBusyTeam = [];
        foreach (int threads in new[] { 2, 3, 8 })
        {
            TrainWith(threads).Should().Equal(expected, "{0} threads compute the same", threads);
        }

        WorkerTeam.Shared.Run(2, slice =>
        {
            if (slice == 0)
            {
                withBusyTeam = TrainWith(3);
            }
        });
        withBusyTeam.Should().Equal(expected, "the caller computes the same alone");
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_warm_training_step_allocates_nothing(LstmOptions options)
    {
        Sequential<float> model = new(new LstmLayer<float>(9, 12, options), new Dense<float>(12, 9));
        Bptt<float> bptt = new(model, steps: 5, batch: 4, new() { Threads = 2 });
        Adam<float> adam = new(model.Parameters);
        int[] tokens = [.. Enumerable.Range(0, 20).Select(k => k * 7 % 9)];
        void Step()
        {
            ReadOnlySpan<float> logits = bptt.ForwardTokens(tokens);
            SoftmaxCrossEntropy.Evaluate(logits, tokens, bptt.OutputGradient);
            bptt.Backward();
            GradientClipping.ByGlobalNorm(model.Parameters, 5);
            adam.Step();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Fact]
    public void Token_ids_are_one_hot_vectors()
    {
        Sequential<double> model = new(new LstmLayer<double>(5, 4), new Dense<double>(4, 5));
        int[] tokens = [0, 4, 2, 2, 1, 3];
        double[] oneHot = new double[tokens.Length * 5];
        for (int k = 0; k < tokens.Length; k++)
        {
            oneHot[k * 5 + tokens[k]] = 1;
        }

        Bptt<double> byToken = new(model, steps: 3, batch: 2), byVector = new(model, steps: 3, batch: 2);
        double[] dy = Random(tokens.Length * 5);
        double[] expected = Train(byVector, oneHot, dy);
        model.Parameters.ClearGradients();

        byToken.ForwardTokens(tokens).ToArray().Should().Equal(byVector.Output.ToArray());
        dy.CopyTo(byToken.OutputGradient);
        byToken.Backward();

        foreach ((double actual, double wanted) in model.Parameters.Gradients.ToArray().Zip(expected))
        {
            actual.Should().BeApproximately(wanted, 1e-14);
        }

        byToken.InputGradient.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void The_gradient_of_a_final_state_is_used_up()
    {
        Sequential<double> model = Model(new());
        Bptt<double> bptt = new(model, steps: 3, batch: 2);
        double[] x = Random(3 * 2 * InputSize), dy = Random(3 * 2 * 4);
        double[] expected = Train(bptt, x, dy);
        bptt.ResetState();
        foreach (RecurrentState<double> state in bptt.States)
        {
            state.FinalGradient.Fill(1);
            Train(bptt, x, dy).Should().NotEqual(expected, "{0} takes part", state.Name);
            bptt.ResetState();
        }

        Train(bptt, x, dy).Should().Equal(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_passes_alone_see_every_change_of_the_weights(bool tokens)
    {
        Sequential<double> model = new(new LstmLayer<double>(4, 5), new Dense<double>(5, 3));
        Bptt<double> kept = new(model, steps: 2, batch: 1, new() { ForwardOnly = true });
        double[] Forward(Bptt<double> bptt)
        {
            bptt.ResetState();
            return (tokens ? bptt.ForwardTokens([3, 1]) : bptt.Forward(Random(8))).ToArray();
        }

        Action[] changes =
        [
            () => model.Initialize(5),
            () => model.Parameters["0.W"].Value.Fill(0.1),
            () => model.Parameters.Values[^1] = 9,
            () =>
            {
                model.Parameters.Gradients.Fill(1);
                new Sgd<double>(model.Parameters, 0.1).Step();
            },
        ];
        foreach (Action change in changes)
        {
            double[] before = Forward(kept);
            change();
            double[] after = Forward(kept);
            after.Should().NotEqual(before).And.Equal(Forward(new Bptt<double>(model, steps: 2, batch: 1)));
        }
    }

    [Fact]
    public void The_gradient_of_the_output_is_used_up()
    {
        Bptt<double> bptt = new(Model(new()), steps: 3, batch: 2);
        bptt.Forward(Random(3 * 2 * InputSize));
        bptt.OutputGradient.Fill(1);

        bptt.Backward();

        bptt.OutputGradient.ContainsAnyExcept(0.0).Should().BeFalse("a loss on the last step alone need not clear the others");
    }

    [Fact]
    public void A_state_is_found_by_its_name()
    {
        Bptt<double> bptt = new(Model(new()), steps: 1, batch: 2);

        bptt.State("1.c").Should().BeSameAs(bptt.States[3]);
        bptt.Invoking(b => b.State("2.h")).Should().Throw<KeyNotFoundException>().WithMessage("*'2.h'*0.h, 0.c, 1.h, 1.c*");
    }

    [Fact]
    public void Many_threads_serve_one_model_each_with_its_own_state()
    {
        Sequential<double> model = Model(new() { Peepholes = true });
        double[] x = Random(4 * 2 * InputSize);
        double[] expected = new Bptt<double>(model, steps: 4, batch: 2).Forward(x).ToArray();

        Parallel.For(0, 8, _ =>
        {
            Bptt<double> own = new(model, steps: 4, batch: 2, new() { ForwardOnly = true });
            for (int k = 0; k < 50; k++)
            {
                own.ResetState();
                own.Forward(x).ToArray().Should().Equal(expected);
            }
        });
    }

    /// <summary>Adds to the gradients from zero and returns them.</summary>
    private static double[] Train(Bptt<double> bptt, double[] x, double[] dy)
    {
        bptt.Model.Parameters.ClearGradients();
        bptt.Forward(x, steps: x.Length / (bptt.Batch * bptt.Model.Layers[0].InputSize));
        dy.CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return bptt.Model.Parameters.Gradients.ToArray();
    }

    private static Sequential<double> Model(LstmOptions options) => new(new LstmLayer<double>(InputSize, 5, options), new LstmLayer<double>(5, 4, options));

    private static double[] Random(int length) => Numbers.Random(length);
}

using System.Numerics.Tensors;

namespace Lstm.Tests.Bptt;

/// <summary>Windows in segments: recomputation, and truncation to other than the steps of a window.</summary>
public sealed class SegmentTests
{
    private const int Batch = 3;
    private const int InputSize = 2;

    [Theory]
    [InlineData(12, 4)]
    [InlineData(12, 12)]
    [InlineData(11, 4)]
    [InlineData(10, 0)]
    public void Recomputed_activations_give_the_same_bits(int steps, int segment)
    {
        Sequential<double> model = Model();
        int segmentSteps = segment > 0 ? segment : 4;

        double[] kept = TrainWithStates(model, steps, new() { SegmentSteps = segmentSteps });
        double[] recomputed = TrainWithStates(model, steps, new() { SegmentSteps = segment, Recompute = true });

        recomputed.Should().Equal(kept);
        Numbers.ShouldAgree(recomputed, TrainWithStates(model, steps, new()), 1e-13);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Segments_give_the_gradients_of_the_whole_window(int segment)
    {
        Sequential<double> model = Model();

        Numbers.ShouldAgree(Train(model, 12, new() { SegmentSteps = segment }), Train(model, 12, new()), 1e-13);
    }

    /// <summary>After a reset of all sequences a backward pass goes through the steps since then alone, however far it may reach.</summary>
    [Fact]
    public void A_backward_pass_ends_where_all_sequences_began()
    {
        const int Steps = 3, Batch = 2;
        Sequential<double> model = new(new LstmLayer<double>(2, 4));
        model.Initialize(seed: 1);
        Bptt<double> bptt = new(model, Steps, Batch, new() { BackwardSteps = 2 * Steps });
        using GradientFlow<double> flow = new(bptt);
        int[] counts = [.. Enumerable.Range(0, 4).Select(window =>
        {
            if (window == 2)
            {
                bptt.ResetState();
            }

            bptt.Forward(Numbers.Random(Steps * Batch * 2, seed: (ulong)window));
            bptt.OutputGradient.Fill(1);
            bptt.Backward();
            return flow.Layers[0].Steps.Count;
        })];

        counts.Should().Equal(Steps, 2 * Steps, Steps, 2 * Steps);
    }

    /// <summary>A sequence that is reset has begun anew: what it had before, be it no number, has no part in a gradient that reaches back.</summary>
    /// <param name="spoilt">The window with the reading: that which the gradient reaches, or the one before it, which leaves a state.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_reset_sequence_takes_nothing_of_its_earlier_windows_into_a_gradient(int spoilt)
    {
        Run(double.NaN).Should().Equal(Run(0.5)).And.OnlyContain(value => double.IsFinite(value));

        double[] Run(double reading)
        {
            const int Steps = 2, Batch = 3;
            Sequential<double> model = new(new LstmLayer<double>(2, 4), new Dense<double>(4, 2));
            model.Initialize(seed: 1);
            Bptt<double> bptt = new(model, Steps, Batch, new() { BackwardSteps = 2 * Steps });
            for (int window = 0; window < 2; window++)
            {
                double[] input = Numbers.Random(Steps * Batch * 2, seed: 2 + (ulong)window);
                (input[2], input[3]) = window == spoilt ? (reading, reading) : (input[2], input[3]);
                bptt.Forward(input);
            }

            bptt.ResetState(sequence: 1);
            double[] output = bptt.Forward(Numbers.Random(Steps * Batch * 2, seed: 4)).ToArray();
            bptt.OutputGradient.Fill(1);
            bptt.Backward();
            return [.. output, .. model.Parameters.Gradients, .. bptt.State("0.h").InitialGradient];
        }
    }

    /// <summary>So many steps that a recurrent layer goes through them in chunks.</summary>
    [Fact]
    public void A_very_long_window_gives_the_gradients_of_its_segments()
    {
        Sequential<double> model = new(new LstmLayer<double>(InputSize, 12), new LstmLayer<double>(12, 4));

        Numbers.ShouldAgree(Train(model, 8000, new()), Train(model, 8000, new() { SegmentSteps = 1000 }), 1e-11);
    }

    [Fact]
    public void Recomputed_windows_carry_their_state_on()
    {
        Sequential<double> model = Model();
        double[] x = Numbers.Random(12 * Batch * InputSize), dy = Numbers.Random(6 * Batch * 4);
        Bptt<double> whole = new(model, steps: 12, Batch), half = new(model, steps: 6, Batch, new() { Recompute = true });
        double[] expected = whole.Forward(x).ToArray();

        double[] first = half.Forward(x.AsSpan(0, x.Length / 2)).ToArray();
        dy.CopyTo(half.OutputGradient);
        half.Backward();
        double[] second = half.Forward(x.AsSpan(x.Length / 2)).ToArray();

        ((double[])[.. first, .. second]).Should().Equal(expected);
    }

    /// <summary>With unchanged weights, windows of 2 steps whose loss goes back 6 steps are the last 6 steps of a long window.</summary>
    [Fact]
    public void More_steps_back_than_forward_reach_into_earlier_windows()
    {
        Sequential<double> model = Model();
        double[] x = Numbers.Random(8 * Batch * InputSize), dy = Numbers.Random(2 * Batch * 4);
        Bptt<double> tail = new(model, steps: 6, Batch), truncated = new(model, steps: 2, Batch, new() { BackwardSteps = 6 });
        int window = 2 * Batch * InputSize;
        for (int k = 0; k < 4; k++)
        {
            truncated.Forward(x.AsSpan(k * window, window));
        }

        tail.Forward(x.AsSpan(0, window), steps: 2);
        tail.Forward(x.AsSpan(window));
        dy.CopyTo(tail.OutputGradient[(4 * Batch * 4)..]);
        tail.Backward();
        double[] expected = [.. model.Parameters.Gradients, .. tail.State("0.c").InitialGradient];
        model.Parameters.ClearGradients();

        dy.CopyTo(truncated.OutputGradient);
        truncated.Backward();

        Numbers.ShouldAgree([.. model.Parameters.Gradients, .. truncated.State("0.c").InitialGradient], expected, 1e-13);
    }

    public static TheoryData<string> Cells() => ["lstm", "layer norm", "gru", "rnn"];

    /// <summary>A backward pass after every window, as truncated BPTT is run, gives the sum of what each pass gives alone.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Passes_that_reach_into_earlier_windows_can_follow_each_other(string cell)
    {
        Sequential<double> model = new(Cell(cell));
        double[] x = Numbers.Random(3 * 2 * Batch * InputSize), dy = Numbers.Random(2 * Batch * 3);
        double[] every = new double[model.Parameters.Gradients.Length], each = new double[every.Length];
        Bptt<double> all = new(model, steps: 2, Batch, new() { BackwardSteps = 4 });
        int window = 2 * Batch * InputSize;
        for (int k = 0; k < 3; k++)
        {
            Train(all, x[(k * window)..((k + 1) * window)], dy).CopyTo(every.AsSpan());
            Bptt<double> one = new(model, steps: 2, Batch, new() { BackwardSteps = 4 });
            for (int before = 0; before < k; before++)
            {
                one.Forward(x.AsSpan(before * window, window));
            }

            Train(one, x[(k * window)..((k + 1) * window)], dy).CopyTo(each.AsSpan());
            every.Should().Equal(each, "pass {0} of a history is the pass alone", k);
            all.States[0].InitialGradient.ToArray().Should().Equal(one.States[0].InitialGradient.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_short_window_in_segments_keeps_its_gradient_out_of_the_window_before(string cell)
    {
        Sequential<double> model = new(Cell(cell));
        double[] first = Numbers.Random(4 * Batch * InputSize), second = Numbers.Random(2 * Batch * InputSize, seed: 7), dy = Numbers.Random(4 * Batch * 3);
        foreach (BpttOptions options in (BpttOptions[])[new() { SegmentSteps = 2 }, new() { Recompute = true }, new() { SegmentSteps = 1, BackwardSteps = 4 }])
        {
            Bptt<double> segments = new(model, steps: 4, Batch, options), whole = new(model, steps: 4, Batch);
            Train(segments, first, dy);
            Train(whole, first, dy);

            Numbers.ShouldAgree(Train(segments, second, dy[..(2 * Batch * 3)]), Train(whole, second, dy[..(2 * Batch * 3)]), 1e-14);
            Numbers.ShouldAgree(segments.States[0].InitialGradient, whole.States[0].InitialGradient, 1e-14);
            Numbers.ShouldAgree(Train(segments, first, dy, [1, 2, 0]), Train(whole, first, dy, [1, 2, 0]), 1e-14);
        }
    }

    /// <summary>Of a window that is shorter than a full one, too, the last steps are gone back through.</summary>
    [Fact]
    public void Fewer_steps_back_are_the_last_steps_of_a_short_window()
    {
        Sequential<double> model = new(Cell("lstm"));
        double[] x = Numbers.Random(5 * Batch * InputSize), dy = Numbers.Random(5 * Batch * 3);
        Bptt<double> truncated = new(model, steps: 6, Batch, new() { BackwardSteps = 2 }), last = new(model, steps: 3, Batch);
        double[] actual = Train(truncated, x, dy);
        last.Forward(x.AsSpan(0, 3 * Batch * InputSize));

        Numbers.ShouldAgree(actual, Train(last, x[(3 * Batch * InputSize)..], dy[(3 * Batch * 3)..]), 1e-14);
    }

    /// <summary>After an update of the weights, a window before is run again from the state it began with.</summary>
    [Fact]
    public void Earlier_windows_are_computed_again_with_the_weights_of_now()
    {
        Sequential<double> model = new(Cell("lstm"));
        double[] x = Numbers.Random(2 * Batch * InputSize), next = Numbers.Random(2 * Batch * InputSize, seed: 6), dy = Numbers.Random(2 * Batch * 3);
        Bptt<double> updated = new(model, steps: 2, Batch, new() { BackwardSteps = 4 });
        updated.Forward(x);
        model.Parameters.Values[3] += 0.5;
        double[] actual = Train(updated, next, dy);
        double[] second = [.. updated.State("0.h").InitialGradient, .. updated.State("0.c").InitialGradient];

        // The gradient at the end of the window before, then that window alone, from zero, with the weights of now.
        Bptt<double> last = new(model, steps: 2, Batch), before = new(model, steps: 2, Batch);
        model.Parameters.Values[3] -= 0.5;
        last.Forward(x);
        model.Parameters.Values[3] += 0.5;
        double[] expected = Train(last, next, dy);
        before.Forward(x);
        model.Parameters.ClearGradients();
        last.State("0.h").InitialGradient.CopyTo(before.State("0.h").FinalGradient);
        last.State("0.c").InitialGradient.CopyTo(before.State("0.c").FinalGradient);
        before.Backward();

        TensorPrimitives.Add<double>(expected, model.Parameters.Gradients, expected);
        Numbers.ShouldAgree(actual, expected, 1e-14);
        Numbers.ShouldAgree(second, [.. before.State("0.h").InitialGradient, .. before.State("0.c").InitialGradient], 1e-14);
    }

    /// <summary>A reset is for the next window: the present one can still be gone back through.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_reset_between_the_passes_changes_no_gradient(int back)
    {
        Sequential<double> model = new(Cell("lstm"));
        double[] x = Numbers.Random(2 * Batch * InputSize), dy = Numbers.Random(2 * Batch * 3);
        Bptt<double> bptt = new(model, steps: 2, Batch, new() { BackwardSteps = back });
        double[] expected = Train(new Bptt<double>(model, steps: 2, Batch), x, dy);
        model.Parameters.ClearGradients();
        bptt.Forward(x);
        dy.CopyTo(bptt.OutputGradient);
        bptt.ResetState();
        bptt.Backward();

        Numbers.ShouldAgree(model.Parameters.Gradients, expected, 1e-14);
        Numbers.ShouldAgree(Train(bptt, x, dy), expected, 1e-14);
    }

    /// <summary>A window that fails leaves nothing behind it that the next one would go back through.</summary>
    [Fact]
    public void A_window_that_failed_is_not_gone_back_through()
    {
        CallingLayer calling = new(InputSize);
        Sequential<double> model = new(calling, Cell("lstm"));
        double[] x = Numbers.Random(2 * Batch * InputSize), dy = Numbers.Random(2 * Batch * 3);
        Bptt<double> bptt = new(model, steps: 2, Batch, new() { BackwardSteps = 4 }), alone = new(model, steps: 2, Batch);
        bptt.Forward(x);
        calling.DuringForward = () => throw new InvalidOperationException("This window fails.");
        bptt.Invoking(b => b.Forward(x)).Should().Throw<InvalidOperationException>();
        calling.DuringForward = null;
        for (int k = 0; k < bptt.States.Count; k++)
        {
            bptt.States[k].Value.CopyTo(alone.States[k].Value);
        }

        Numbers.ShouldAgree(Train(bptt, x, dy), Train(alone, x, dy), 1e-14);
    }

    [Fact]
    public void Steps_back_need_backward_passes() =>
        FluentActions.Invoking(() => new Bptt<double>(Model(), steps: 6, Batch, new() { BackwardSteps = 12, ForwardOnly = true }))
            .Should().Throw<ArgumentException>().WithMessage("*BackwardSteps*ForwardOnly*").WithParameterName("options");

    [Fact]
    public void A_reset_keeps_gradients_out_of_earlier_windows()
    {
        Sequential<double> model = Model();
        double[] x = Numbers.Random(2 * Batch * InputSize), dy = Numbers.Random(2 * Batch * 4);
        Bptt<double> fresh = new(model, steps: 2, Batch, new() { BackwardSteps = 6 }), used = new(model, steps: 2, Batch, new() { BackwardSteps = 6 });
        used.Forward(Numbers.Random(2 * Batch * InputSize, seed: 8));
        used.ResetState();

        Train(used, x, dy).Should().Equal(Train(fresh, x, dy));
    }

    /// <summary>Windows before a reset are not even computed again: 0 times NaN would be NaN.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void What_is_not_finite_before_a_reset_does_not_come_back_in_a_gradient(string cell)
    {
        Sequential<double> model = new(Cell(cell));
        double[] x = Numbers.Random(2 * Batch * InputSize), dy = Numbers.Random(2 * Batch * 3);
        Bptt<double> bptt = new(model, steps: 2, Batch, new() { BackwardSteps = 4 });
        double[] expected = Train(new Bptt<double>(model, steps: 2, Batch), x, dy);
        bptt.Forward(Enumerable.Repeat(double.NaN, x.Length).ToArray());
        bptt.ResetState();

        Numbers.ShouldAgree(Train(bptt, x, dy), expected, 1e-14);
    }

    [Fact]
    public void Fewer_steps_back_than_forward_leave_out_the_earlier_losses()
    {
        Sequential<double> model = Model();
        double[] x = Numbers.Random(6 * Batch * InputSize), dy = Numbers.Random(6 * Batch * 4);
        Bptt<double> truncated = new(model, steps: 6, Batch, new() { BackwardSteps = 2 }), last = new(model, steps: 4, Batch);
        double[] actual = Train(truncated, x, dy);
        truncated.InputGradient[..(4 * Batch * InputSize)].ContainsAnyExcept(0.0).Should().BeFalse();

        last.Forward(x.AsSpan(0, 4 * Batch * InputSize));
        model.Parameters.ClearGradients();
        last.Forward(x.AsSpan(4 * Batch * InputSize), steps: 2);
        dy.AsSpan(4 * Batch * 4).CopyTo(last.OutputGradient);
        last.Backward();

        Numbers.ShouldAgree(actual, model.Parameters.Gradients, 1e-13);
    }

    [Fact]
    public void Recomputed_segments_with_lengths_are_those_kept()
    {
        Sequential<double> model = Model();
        int[] lengths = [7, 2, 10];

        Train(model, 10, new() { Recompute = true, SegmentSteps = 3 }, lengths).Should().Equal(Train(model, 10, new() { SegmentSteps = 3 }, lengths));
        Numbers.ShouldAgree(Train(model, 10, new() { SegmentSteps = 3 }, lengths), Train(model, 10, new(), lengths), 1e-13);
    }

    [Fact]
    public void Warm_segments_allocate_nothing()
    {
        Bptt<double> bptt = new(Model(), steps: 10, Batch, new() { Recompute = true, Threads = 2 });
        double[] x = new double[10 * Batch * InputSize], dy = new double[10 * Batch * 4];
        void Step()
        {
            bptt.Forward(x);
            dy.CopyTo(bptt.OutputGradient);
            bptt.Backward();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Fact]
    public void Segments_must_divide_a_window_and_the_steps_back() =>
        FluentActions.Invoking(() => new Bptt<double>(Model(), steps: 6, Batch, new() { BackwardSteps = 9, SegmentSteps = 2 }))
            .Should().Throw<ArgumentException>().WithMessage("*6 steps*9 steps back*SegmentSteps is 2*");

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 7)]
    public void Steps_must_be_in_range(int back, int segment) =>
        FluentActions.Invoking(() => new Bptt<double>(Model(), steps: 6, Batch, new() { BackwardSteps = back, SegmentSteps = segment }))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Steps from 0*");

    /// <summary>Outputs, states and every gradient, with a loss on the outputs and on the final states.</summary>
    private static double[] TrainWithStates(Sequential<double> model, int steps, BpttOptions options)
    {
        Bptt<double> bptt = new(model, steps, Batch, options);
        foreach (RecurrentState<double> state in bptt.States)
        {
            Numbers.Random(state.Value.Length, seed: 4).CopyTo(state.Value);
            state.FinalGradient.Fill(0.5);
        }

        double[] gradients = Train(bptt, Numbers.Random(steps * Batch * InputSize), Numbers.Random(steps * Batch * 4, seed: 5));
        return
        [
            .. gradients, .. bptt.Output, .. bptt.InputGradient,
            .. bptt.States.SelectMany(state => (double[])[.. state.Value, .. state.InitialGradient, .. state.FinalGradient]),
        ];
    }

    private static double[] Train(Sequential<double> model, int steps, BpttOptions options, int[]? lengths = null) =>
        Train(new Bptt<double>(model, steps, Batch, options), Numbers.Random(steps * Batch * InputSize), Numbers.Random(steps * Batch * 4, seed: 5), lengths);

    private static double[] Train(Bptt<double> bptt, double[] x, double[] dy, int[]? lengths = null)
    {
        bptt.Model.Parameters.ClearGradients();
        bptt.Forward(x, lengths, x.Length / (Batch * InputSize));
        dy.CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return bptt.Model.Parameters.Gradients.ToArray();
    }

    private static Layer<double> Cell(string name) => name switch
    {
        "lstm" => new LstmLayer<double>(InputSize, 3),
        "layer norm" => new LstmLayer<double>(InputSize, 3, new() { LayerNorm = new() }),
        "gru" => new GruLayer<double>(InputSize, 3, new() { ResetAfter = false }),
        _ => new RnnLayer<double>(InputSize, 3),
    };

    private static Sequential<double> Model() =>
        new(new LstmLayer<double>(InputSize, 5, new() { Peepholes = true }), new LstmLayer<double>(5, 4, new() { LayerNorm = new() }));
}

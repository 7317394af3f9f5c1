namespace Lstm.Tests.Bptt;

/// <summary>States that are written, set, reset and handed on.</summary>
public sealed class StateTests
{
    private static readonly Dictionary<string, Func<Layer<double>>> s_layers = new()
    {
        ["lstm"] = () => new LstmLayer<double>(3, 4),
        ["lstm, trained"] = () => new LstmLayer<double>(3, 4, new() { LearnInitialState = true }),
        ["lstm, full gate recurrence, trained"] = () => new LstmLayer<double>(3, 4, new() { LearnInitialState = true, FullGateRecurrence = true }),
        ["lstm, projection, trained"] = () => new LstmLayer<double>(3, 4, new() { LearnInitialState = true, Projection = 2 }),
        ["gru, trained"] = () => new GruLayer<double>(3, 4, new() { ResetAfter = false, LearnInitialState = true }),
        ["rnn, trained"] = () => new RnnLayer<double>(3, 4, new() { LearnInitialState = true }),
        ["residual, trained"] = () => new Residual<double>(new LstmLayer<double>(3, 3, new() { LearnInitialState = true })),
    };

    public static TheoryData<string> Names() => [.. s_layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_goes_on_from_a_copied_state_to_the_bit(string name)
    {
        StreamingModel<double> streaming = new(Model(name));
        StreamingState<double> first = streaming.CreateState(), second = streaming.CreateState();
        double[] x = Numbers.Random(6);
        streaming.Step(x.AsSpan(0, 3), first);
        for (int k = 0; k < first.States.Count; k++)
        {
            first.States[k].Value.CopyTo(second.States[k].Value);
        }

        streaming.Step(x.AsSpan(3), second).ToArray().Should().Equal(streaming.Step(x.AsSpan(3), first).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_window_goes_on_from_copied_states_to_the_bit(string name)
    {
        Sequential<double> model = Model(name);
        Bptt<double> first = new(model, 2, 1), second = new(model, 2, 1);
        double[] x = Numbers.Random(6), y = Numbers.Random(6, seed: 4);
        first.Forward(x);
        for (int k = 0; k < first.States.Count; k++)
        {
            first.States[k].Value.CopyTo(second.States[k].Value);
        }

        second.Forward(y).ToArray().Should().Equal(first.Forward(y).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_of_zeros_can_be_started_from(string name)
    {
        Sequential<double> model = Model(name);
        double[] x = Numbers.Random(6);
        Bptt<double> written = new(model, 2, 1), set = new(model, 2, 1);
        foreach (RecurrentState<double> state in written.States)
        {
            state.Value.Clear();
            set.State(state.Name).Set(new double[state.Size]);
        }

        double[] expected = written.Forward(x).ToArray();
        set.Forward(x).ToArray().Should().Equal(expected);
        ZeroInitialStates(model);
        new Bptt<double>(model, 2, 1).Forward(x).ToArray().Should().Equal(expected);
    }

    /// <summary>A sequence that has gone on, to a state that happens to be the trained initial one, is not at its start.</summary>
    [Fact]
    public void A_restored_state_that_equals_the_trained_one_is_not_a_start()
    {
        Sequential<double> model = new(new LstmLayer<double>(1, 2, new() { LearnInitialState = true }));
        model.Initialize(seed: 1);
        model.Parameters["0.W"].Value.Clear();
        model.Parameters["0.b"].Value.Clear();
        Bptt<double> first = new(model, steps: 2, batch: 1), second = new(model, steps: 2, batch: 1);
        first.Forward([1, 1]);
        first.State("0.h").Value.ToArray().Should().Equal(0, 0);

        second.Restore(first.CarriedState);
        second.Forward([1, 1]);
        second.OutputGradient.Fill(1);
        second.Backward();

        second.State("0.c").InitialGradient.ToArray().Should().NotContain(0);
        model.Parameters["0.c0"].Gradient.ToArray().Should().Equal(0, 0);
    }

    [Fact]
    public void Zeros_written_through_a_span_taken_before_a_reset_are_started_from()
    {
        Sequential<double> model = Model("lstm, trained");
        Bptt<double> bptt = new(model, 2, 1), zero = new(model, 2, 1);
        double[] x = Numbers.Random(6);
        Span<double> h = bptt.State("0.h").Value;
        bptt.Forward(x);
        bptt.ResetState();
        h.Clear();
        zero.State("0.h").Value.Clear();

        bptt.Forward(x).ToArray().Should().Equal(zero.Forward(x).ToArray());
    }

    [Fact]
    public void Which_sequences_are_at_their_start_is_0_or_1()
    {
        Sequential<double> model = Model("lstm, trained");
        Bptt<double> bptt = new(model, 2, 2);
        bptt.Forward(Numbers.Random(12), [2, 0]);
        NamedState<double> state = bptt.CarriedState;
        StateTensor<double>[] tensors = [.. state.Tensors];
        tensors[^1] = tensors[^1] with { Values = new double[] { 0, 0.5 } };

        bptt.Invoking(b => b.Restore(state with { Tensors = tensors })).Should().Throw<ArgumentException>().WithMessage("*0 or 1*sequence 1 is 0.5*");
    }

    [Fact]
    public void A_fresh_state_shows_the_trained_initial_state_of_now()
    {
        Sequential<double> model = Model("lstm, trained");
        Bptt<double> bptt = new(model, 2, 2);
        model.Parameters["0.h0"].Value.Fill(0.25);

        bptt.State("0.h").Value.ToArray().Should().OnlyContain(value => value == 0.25);
        model.Parameters["0.h0"].Value.Fill(0.75);
        bptt.State("0.h").Value.ToArray().Should().OnlyContain(value => value == 0.75);
        bptt.Forward(Numbers.Random(12));
        bptt.ResetState(1);
        bptt.State("0.h").Value.Slice(4, 4).ToArray().Should().OnlyContain(value => value == 0.75);
        bptt.State("0.h").Value[..4].ToArray().Should().NotContain(0.75);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sequence_that_is_reset_is_a_new_one_and_the_others_go_on(string name)
    {
        Sequential<double> model = Model(name);
        Bptt<double> bptt = new(model, 2, 2), alone = new(model, 2, 1), carried = new(model, 2, 1);
        StreamingModel<double> streaming = new(model);
        StreamingState<double> stream = streaming.CreateState(2);
        double[] x = Numbers.Random(12), next = Numbers.Random(12, seed: 5);
        bptt.Forward(x);
        carried.Forward(Sequence(x, 0));
        streaming.Step(x.AsSpan(0, 6), stream);
        streaming.Step(x.AsSpan(6), stream);

        bptt.ResetState(1);
        stream.Reset(1);
        double[] actual = bptt.Forward(next).ToArray();

        double[] streamed = [.. streaming.Step(next.AsSpan(0, 6), stream).ToArray(), .. streaming.Step(next.AsSpan(6), stream).ToArray()];
        streamed.Should().Equal(actual);
        int size = model.Layers[^1].OutputSize;
        Sequence(actual, 1, size).Should().Equal(alone.Forward(Sequence(next, 1)).ToArray());
        Sequence(actual, 0, size).Should().Equal(carried.Forward(Sequence(next, 0)).ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_sequence_that_is_reset_must_be_there(int sequence)
    {
        Sequential<double> model = Model("lstm");
        new Bptt<double>(model, 2, 2).Invoking(bptt => bptt.ResetState(sequence)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("sequence");
        new StreamingModel<double>(model).CreateState(2).Invoking(state => state.Reset(sequence))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("sequence");
    }

    [Fact]
    public void A_state_that_is_set_has_its_size() =>
        new Bptt<double>(Model("lstm"), 2, 2).State("0.c").Invoking(state => state.Set(new double[4]))
            .Should().Throw<ArgumentException>().WithMessage("*[2, 4]*8 numbers*0.c*got 4*").WithParameterName("value");

    [Theory]
    [InlineData("lstm, trained", "c0")]
    [InlineData("gru, trained", "h0")]
    [InlineData("rnn, trained", "h0")]
    public void A_sequence_of_length_0_starts_with_its_first_step(string name, string initial)
    {
        Sequential<double> model = Model(name);
        Bptt<double> both = new(model, 2, 2), alone = new(model, 2, 1);
        double[] x = Numbers.Random(12);
        both.Forward(Numbers.Random(12, seed: 8), [2, 0]);
        both.Forward(x);
        alone.Forward(Sequence(x, 1));
        double[] expected = GradientOf(alone, sequence: 0, initial);

        Numbers.ShouldAgree(GradientOf(both, sequence: 1, initial), expected, 1e-15);
        expected.Should().NotContain(0);
    }

    [Fact]
    public void No_gradient_goes_from_a_written_state_to_the_window_before_or_to_the_trained_initial_state()
    {
        Sequential<double> model = Model("lstm, trained");
        Bptt<double> written = new(model, 2, 1, new() { BackwardSteps = 4 }), alone = new(model, 2, 1);
        double[] x = Numbers.Random(6), h = Numbers.Random(4), c = Numbers.Random(4, seed: 5);
        written.Forward(Numbers.Random(6, seed: 6));
        foreach (Bptt<double> bptt in (Bptt<double>[])[written, alone])
        {
            h.CopyTo(bptt.State("0.h").Value);
            c.CopyTo(bptt.State("0.c").Value);
            bptt.Forward(x);
        }

        double[] expected = GradientOf(alone, 0, "R");
        GradientOf(written, 0, "R").Should().Equal(expected);
        written.State("0.h").InitialGradient.ToArray().Should().Equal(alone.State("0.h").InitialGradient.ToArray());
        GradientOf(written, 0, "h0", forward: true).Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public void A_carried_state_keeps_which_sequences_are_at_their_start()
    {
        Sequential<double> model = Model("lstm, trained");
        Bptt<double> bptt = new(model, 2, 2), resumed = new(model, 2, 2), whole = new(model, 2, 2);
        bptt.Forward(Numbers.Random(12, seed: 8), [2, 0]);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            bptt.CarriedState.Save(file);
            resumed.Restore(NamedState<double>.Load(file));
        }
        finally
        {
            File.Delete(file);
        }

        model.Parameters["0.h0"].Value.Fill(0.9);
        double[] x = Numbers.Random(12);
        bptt.Forward(x).ToArray().Should().Equal(resumed.Forward(x).ToArray());
        GradientOf(bptt, 1, "h0").Should().Equal(GradientOf(resumed, 1, "h0"));

        bptt.CarriedState.Tensors.Should().HaveCount(2, "no sequence is at its start any more");
        whole.Restore(new Bptt<double>(model, 2, 2).CarriedState);
        whole.State("0.h").Value.ToArray().Should().OnlyContain(value => value == 0.9);
    }

    /// <summary>The gradient of a parameter, of a loss on all outputs of one sequence in the last window.</summary>
    private static double[] GradientOf(Bptt<double> bptt, int sequence, string parameter, bool forward = false)
    {
        if (forward)
        {
            bptt.Model.Parameters.ClearGradients();
            bptt.States[0].Value.Fill(0.3);
            bptt.Forward(Numbers.Random(6));
        }

        bptt.Model.Parameters.ClearGradients();
        int size = bptt.Model.Layers[^1].OutputSize;
        for (int t = 0; t < 2; t++)
        {
            bptt.OutputGradient.Slice((t * bptt.Batch + sequence) * size, size).Fill(1);
        }

        bptt.Backward();
        return bptt.Model.Parameters[$"0.{parameter}"].Gradient.ToArray();
    }

    private static double[] Sequence(double[] values, int sequence, int size = 3) =>
        [.. values[(sequence * size)..((sequence + 1) * size)], .. values[((2 + sequence) * size)..((3 + sequence) * size)]];

    private static void ZeroInitialStates(Sequential<double> model)
    {
        foreach (Parameter<double> parameter in model.Parameters.Where(one => one.Name.EndsWith('0')))
        {
            parameter.Value.Clear();
        }
    }

    private static Sequential<double> Model(string name)
    {
        Sequential<double> model = new(s_layers[name]());
        model.Initialize(5);
        foreach (Parameter<double> parameter in model.Parameters.Where(one => one.Name.EndsWith('0')))
        {
            parameter.Value.Fill(0.5);
        }

        return model;
    }
}

namespace Lstm.Tests.Layers;

/// <summary>What is promised of every cell and of stacks of them, whatever its options.</summary>
public sealed class EveryCellTests
{
    private const int InputSize = 3;
    private const int HiddenSize = 9;
    private const int Steps = 6;
    private const int Batch = 4;

    private static readonly int[] s_lengths = [3, 0, 6, 1];

    private static readonly Dictionary<string, Func<int, Layer<double>>> s_layers = new()
    {
        ["lstm"] = i => new LstmLayer<double>(i, HiddenSize),
        ["peephole"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.Vanilla),
        ["no input gate"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.NoInputGate),
        ["no forget gate"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.NoForgetGate),
        ["no output gate"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.NoOutputGate),
        ["no input activation"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.NoInputActivation),
        ["no output activation"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.NoOutputActivation),
        ["coupled"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.Coupled),
        ["full gate recurrence"] = i => new LstmLayer<double>(i, HiddenSize, LstmVariants.FullGateRecurrence),
        ["layer norm"] = i => new LstmLayer<double>(i, HiddenSize, new() { LayerNorm = new() }),
        ["layer norm of Ba et al."] = i => new LstmLayer<double>(i, HiddenSize, new() { LayerNorm = LayerNormOptions.Ba, Peepholes = true }),
        ["layer norm of haste"] = i => new LstmLayer<double>(i, HiddenSize, new() { LayerNorm = LayerNormOptions.Haste }),
        ["layer norm of Seq2SeqSharp"] = i => new LstmLayer<double>(i, HiddenSize, new() { LayerNorm = LayerNormOptions.Seq2SeqSharp }),
        ["projection, clip"] = i => new LstmLayer<double>(i, HiddenSize, new() { Projection = 5, CellClip = 0.3 }),
        ["dropout"] = i => new LstmLayer<double>(i, HiddenSize, new() { RecurrentDropout = 0.3, HiddenDropout = 0.2, WeightDropout = 0.1 }),
        ["zoneout"] = i => new LstmLayer<double>(i, HiddenSize, new() { ZoneoutHidden = 0.3, ZoneoutCell = 0.4 }),
        ["zoneout, projection"] = i => new LstmLayer<double>(i, HiddenSize, new() { ZoneoutHidden = 0.3, ZoneoutCell = 0.4, Projection = 5 }),
        ["trained initial state"] = i => new LstmLayer<double>(i, HiddenSize, new() { LearnInitialState = true }),
        ["gru"] = i => new GruLayer<double>(i, HiddenSize, new() { ResetAfter = false }),
        ["gru, reset after"] = i => new GruLayer<double>(i, HiddenSize, new() { ResetAfter = true }),
        ["gru, everything"] = i => new GruLayer<double>(
            i, HiddenSize, new() { ResetAfter = false, HiddenDropout = 0.3, WeightDropout = 0.2, ZoneoutHidden = 0.3, LearnInitialState = true }),
        ["rnn"] = i => new RnnLayer<double>(i, HiddenSize),
        ["rnn, everything"] = i => new RnnLayer<double>(
            i, HiddenSize, new() { HiddenDropout = 0.3, WeightDropout = 0.2, ZoneoutHidden = 0.3, LearnInitialState = true }),
    };

    public static TheoryData<string> Names() => [.. s_layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_one_by_one_give_the_bits_of_the_window(string name)
    {
        StreamingModel<double> streaming = new(Stack(name));
        double[] x = Numbers.Random(Steps * Batch * InputSize);
        StreamingState<double> state = streaming.CreateState(Batch);
        int width = Batch * InputSize;

        double[] actual = [.. Enumerable.Range(0, Steps).SelectMany(t => streaming.Step(x.AsSpan(t * width, width), state).ToArray())];

        actual.Should().Equal(Evaluate(streaming.Model).Forward(x).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_alone_allocates_nothing(string name)
    {
        StreamingModel<double> streaming = new(Stack(name));
        StreamingState<double> state = streaming.CreateState();
        double[] x = Numbers.Random(InputSize);

        Allocations.LeastOf(() => streaming.Step(x, state)).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Many_threads_serve_one_model(string name)
    {
        StreamingModel<double> streaming = new(Stack(name));
        double[] x = Numbers.Random(Steps * Batch * InputSize), expected = Evaluate(streaming.Model).Forward(x).ToArray();
        int width = Batch * InputSize;

        Parallel.For(0, 8, _ =>
        {
            StreamingState<double> state = streaming.CreateState(Batch);
            Enumerable.Range(0, Steps).SelectMany(t => streaming.Step(x.AsSpan(t * width, width), state).ToArray()).Should().Equal(expected);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_training_step_allocates_nothing(string name)
    {
        Bptt<double> bptt = new(Stack(name), Steps, Batch, new() { Threads = 2 });
        double[] x = Numbers.Random(Steps * Batch * InputSize);
        void Step()
        {
            bptt.Forward(x, s_lengths);
            bptt.OutputGradient.Fill(1);
            bptt.Backward();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NaN_in_padding_touches_nothing(string name)
    {
        Sequential<double> model = Stack(name);
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * model.Layers[^1].OutputSize, seed: 9);
        double[] expected = Train(model, x, dy, s_lengths, new());
        FillPadding(x, InputSize);
        FillPadding(dy, model.Layers[^1].OutputSize);

        double[] actual = Train(model, x, dy, s_lengths, new());

        expected.Should().NotContain(value => double.IsNaN(value));
        actual.Should().Equal(expected);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Recomputed_activations_give_the_same_bits(string name)
    {
        Sequential<double> model = Stack(name);
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * model.Layers[^1].OutputSize, seed: 9);

        Train(model, x, dy, [], new() { Recompute = true, SegmentSteps = 2 }).Should().Equal(Train(model, x, dy, [], new() { SegmentSteps = 2 }));
        Train(model, x, dy, s_lengths, new() { Recompute = true, SegmentSteps = 3 })
            .Should().Equal(Train(model, x, dy, s_lengths, new() { SegmentSteps = 3 }));
    }

    /// <summary>The engine sorts sequences by length; their outputs and states come back in the order of the caller.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Sorted_or_not_a_sequence_gives_the_same_bits(string name)
    {
        int[] order = [2, 0, 3, 1];
        Sequential<double> model = Stack(name);
        int outputSize = model.Layers[^1].OutputSize;
        double[] x = Numbers.Random(Steps * Batch * InputSize), sorted = Permute(x, order, InputSize);
        Bptt<double> first = Evaluate(model), second = Evaluate(model);

        double[] y = first.Forward(x, s_lengths).ToArray(), ofSorted = second.Forward(sorted, [.. order.Select(b => s_lengths[b])]).ToArray();

        ofSorted.Should().Equal(Permute(y, order, outputSize));
        foreach (RecurrentState<double> state in second.States)
        {
            state.Value.ToArray().Should().Equal(Permute(first.State(state.Name).Value.ToArray(), order, state.Size, steps: 1));
        }
    }

    /// <summary>A sequence without steps keeps its state, gets no gradient and passes that of its final state on.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_sequence_of_length_0_changes_nothing(string name)
    {
        Bptt<double> bptt = new(Stack(name), Steps, Batch);
        bptt.Forward(Numbers.Random(Steps * Batch * InputSize));
        double[][] before = [.. bptt.States.Select(state => state.Value.Slice(state.Size, state.Size).ToArray())];

        double[] y = bptt.Forward(Numbers.Random(Steps * Batch * InputSize, seed: 7), s_lengths).ToArray();
        bptt.OutputGradient.Fill(1);
        foreach (RecurrentState<double> state in bptt.States)
        {
            state.FinalGradient.Slice(state.Size, state.Size).Fill(0.25);
        }

        bptt.Backward();

        bptt.States.Select(state => state.Value.Slice(state.Size, state.Size).ToArray()).Should().BeEquivalentTo(before, o => o.WithStrictOrdering());
        bptt.States.Should().AllSatisfy(state =>
            state.InitialGradient.Slice(state.Size, state.Size).ToArray().Should().AllBeEquivalentTo(0.25));
        int outputSize = y.Length / (Steps * Batch);
        for (int t = 0; t < Steps; t++)
        {
            y.AsSpan((t * Batch + 1) * outputSize, outputSize).ToArray().Should().AllBeEquivalentTo(0);
            bptt.InputGradient.Slice((t * Batch + 1) * InputSize, InputSize).ToArray().Should().AllBeEquivalentTo(0);
        }
    }

    /// <summary>A state is carried from window to window; one that is trained is where sequences start, and is not added again.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Two_windows_are_one_long_window(string name)
    {
        Sequential<double> model = Stack(name);
        double[] x = Numbers.Random(Steps * Batch * InputSize), expected = Evaluate(model).Forward(x).ToArray();
        Bptt<double> halves = Evaluate(model, Steps / 2);

        double[] first = halves.Forward(x.AsSpan(0, x.Length / 2)).ToArray(), second = halves.Forward(x.AsSpan(x.Length / 2)).ToArray();

        first.Concat(second).Should().Equal(expected);
        halves.ResetState();
        halves.Forward(x.AsSpan(0, x.Length / 2)).ToArray().Should().Equal(first);
    }

    /// <summary>Two of the cells, with values that are not the first ones, as a trained initial state of 0 would hide.</summary>
    private static Sequential<double> Stack(string name)
    {
        Layer<double> first = s_layers[name](InputSize);
        Sequential<double> model = new(first, s_layers[name](first.OutputSize), new Dense<double>(first.OutputSize, 4));
        double[] noise = Numbers.Random(model.Parameters.Values.Length, seed: 11);
        for (int k = 0; k < noise.Length; k++)
        {
            model.Parameters.Values[k] += 0.3 * noise[k];
        }

        return model;
    }

    private static Bptt<double> Evaluate(Sequential<double> model, int steps = Steps) => new(model, steps, Batch, new() { ForwardOnly = true });

    private static double[] Train(Sequential<double> model, double[] x, double[] dy, int[] lengths, BpttOptions options)
    {
        Bptt<double> bptt = new(model, Steps, Batch, options);
        model.Parameters.ClearGradients();
        double[] y = bptt.Forward(x, lengths).ToArray();
        dy.CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return [.. y, .. model.Parameters.Gradients, .. bptt.InputGradient, .. bptt.States.SelectMany(state => state.InitialGradient.ToArray())];
    }

    private static void FillPadding(double[] values, int width)
    {
        for (int row = 0; row < Steps * Batch; row++)
        {
            if (row / Batch >= s_lengths[row % Batch])
            {
                values.AsSpan(row * width, width).Fill(double.NaN);
            }
        }
    }

    private static double[] Permute(double[] values, int[] order, int width, int steps = Steps) =>
        [.. Enumerable.Range(0, steps).SelectMany(t => order.SelectMany(b => values[((t * Batch + b) * width)..((t * Batch + b + 1) * width)]))];
}

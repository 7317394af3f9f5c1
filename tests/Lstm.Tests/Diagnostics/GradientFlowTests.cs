namespace Lstm.Tests.Diagnostics;

public sealed class GradientFlowTests
{
    private const int Steps = 5;
    private const int Batch = 2;
    private const int InputSize = 3;
    private const int HiddenSize = 4;

    public static TheoryData<LstmOptions> Cells() =>
    [
        new(), LstmVariants.Vanilla, LstmVariants.Coupled, LstmVariants.NoForgetGate, LstmVariants.NoOutputGate,
        new() { LayerNorm = new(), Peepholes = true }, new() { LayerNorm = LayerNormOptions.Ba }, new() { ZoneoutCell = 0.3, ZoneoutHidden = 0.2 },
    ];

    /// <summary>The recorded gradients of a step t against central differences of the loss of the steps from t on.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void The_norms_are_those_of_finite_differences(LstmOptions options)
    {
        Sequential<double> model = new(new LstmLayer<double>(InputSize, HiddenSize, WithPeepholeValues(options)));
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * HiddenSize, seed: 5);
        double[] finalH = Numbers.Random(Batch * HiddenSize, seed: 6), finalC = Numbers.Random(Batch * HiddenSize, seed: 7);
        Bptt<double> bptt = new(model, Steps, Batch) { Training = false };
        using GradientFlow<double> flow = new(bptt);
        Train(bptt, x, dy, finalH, finalC);

        for (int t = 0; t < Steps; t++)
        {
            Bptt<double> head = new(model, t + 1, Batch) { Training = false }, tail = new(model, Steps, Batch) { Training = false };
            head.Forward(x.AsSpan(0, (t + 1) * Batch * InputSize));
            double[] h = head.State("0.h").Value.ToArray(), c = head.State("0.c").Value.ToArray();
            double Loss()
            {
                double own = Dot(dy.AsSpan(t * Batch * HiddenSize, h.Length), h);
                if (t == Steps - 1)
                {
                    return own + Dot(finalH, h) + Dot(finalC, c);
                }

                h.CopyTo(tail.State("0.h").Value);
                c.CopyTo(tail.State("0.c").Value);
                ReadOnlySpan<double> y = tail.Forward(x.AsSpan((t + 1) * Batch * InputSize), steps: Steps - 1 - t);
                double later = Dot(dy.AsSpan((t + 1) * Batch * HiddenSize), y);
                return own + later + Dot(finalH, tail.State("0.h").Value) + Dot(finalC, tail.State("0.c").Value);
            }

            StepFlow step = flow.Layers[0].Steps[t];
            (step.Step, step.Sequences).Should().Be((t, Batch));
            step.HiddenGradientNorm.Should().BeApproximately(Norm(Differences(h, Loss)), 1e-8);
            step.CellGradientNorm.Should().BeApproximately(Norm(Differences(c, Loss)), 1e-8);
        }
    }

    public static TheoryData<Layer<double>> LayersWithoutCellState() =>
        [new RnnLayer<double>(InputSize, HiddenSize), new GruLayer<double>(InputSize, HiddenSize, new() { ResetAfter = false }), new GruLayer<double>(InputSize, HiddenSize, new() { ResetAfter = true })];

    /// <summary>dh of step t, less dy, is what a window from step t+1 on hands back to its initial state.</summary>
    [Theory]
    [MemberData(nameof(LayersWithoutCellState))]
    public void A_layer_without_cell_state_has_dh_alone(Layer<double> layer)
    {
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = new double[Steps * Batch * HiddenSize];
        Numbers.Random(Batch * HiddenSize).CopyTo(dy, (Steps - 1) * Batch * HiddenSize);
        Bptt<double> bptt = new(new Sequential<double>(layer), Steps, Batch), tail = new(bptt.Model, Steps, Batch);
        using GradientFlow<double> flow = new(bptt);
        Train(bptt, x, dy);

        flow.Layers[0].Steps.Should().OnlyContain(step => step.CellGradientNorm == null && step.Cell == null);
        for (int t = 0; t < Steps - 1; t++)
        {
            tail.ResetState();
            tail.Forward(x.AsSpan(0, (t + 1) * Batch * InputSize), steps: t + 1);
            ShouldDescribe(flow.Layers[0].Steps[t].Hidden, tail.State("0.h").Value.ToArray());
            Train(tail, x[((t + 1) * Batch * InputSize)..], dy[((t + 1) * Batch * HiddenSize)..]);
            flow.Layers[0].Steps[t].HiddenGradientNorm.Should().BeApproximately(Norm(tail.State("0.h").InitialGradient), 1e-14);
        }
    }

    /// <summary>What a window from step t+1 on hands back to its initial states is dc_next of step t, in every layer of a stack.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void In_a_stack_dc_is_what_the_later_steps_hand_back(LstmOptions options)
    {
        Sequential<double> model = Stack(options);
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * HiddenSize, seed: 5);
        Bptt<double> bptt = new(model, Steps, Batch) { Training = false }, tail = new(model, Steps, Batch) { Training = false };
        using GradientFlow<double> flow = new(bptt);
        Train(bptt, x, dy);

        flow.Layers.Select(layer => layer.Name).Should().Equal("0", "1");
        for (int t = 0; t < Steps - 1; t++)
        {
            tail.ResetState();
            tail.Forward(x.AsSpan(0, (t + 1) * Batch * InputSize), steps: t + 1);
            Train(tail, x[((t + 1) * Batch * InputSize)..], dy[((t + 1) * Batch * HiddenSize)..]);
            foreach (LayerFlow layer in flow.Layers)
            {
                layer.Steps[t].CellGradientNorm.Should().BeApproximately(Norm(tail.State($"{layer.Name}.c").InitialGradient), 1e-14);
            }
        }
    }

    [Fact]
    public void A_projected_h_has_its_own_size_and_its_own_gradient()
    {
        Bptt<double> bptt = new(new Sequential<double>(new LstmLayer<double>(InputSize, 6, new() { Projection = 2, Peepholes = true })), steps: 1, batch: 1);
        using GradientFlow<double> flow = new(bptt);
        Train(bptt, [1.0, 2, 3], [3, 4]);

        flow.Layers[0].Steps[0].HiddenGradientNorm.Should().Be(5);
        ShouldDescribe(flow.Layers[0].Steps[0].Hidden, bptt.State("0.h").Value.ToArray());
    }

    [Fact]
    public void Gates_that_are_missing_are_not_recorded()
    {
        string[] GatesOf(LstmOptions options)
        {
            using GradientFlow<double> flow = new(new Bptt<double>(Stack(options), Steps, Batch));
            return [.. flow.Layers[0].Gates];
        }

        GatesOf(LstmVariants.Vanilla).Should().Equal("i", "f", "g", "o");
        GatesOf(LstmVariants.Coupled).Should().Equal("i", "g", "o");
        GatesOf(LstmVariants.NoInputGate).Should().Equal("f", "g", "o");
        GatesOf(LstmVariants.NoForgetGate).Should().Equal("i", "g", "o");
        GatesOf(LstmVariants.NoOutputGate).Should().Equal("i", "f", "g");
    }

    [Fact]
    public void Statistics_are_those_of_the_states()
    {
        Bptt<double> bptt = new(Stack(new()), steps: 1, batch: 3);
        using GradientFlow<double> flow = new(bptt);
        for (int window = 0; window < 3; window++)
        {
            bptt.Forward(Numbers.Random(3 * InputSize, seed: (ulong)window));
            bptt.Backward();

            foreach (LayerFlow layer in flow.Layers)
            {
                layer.Steps.Should().ContainSingle();
                ShouldDescribe(layer.Steps[0].Hidden, bptt.State($"{layer.Name}.h").Value.ToArray());
                ShouldDescribe(layer.Steps[0].Cell!.Value, bptt.State($"{layer.Name}.c").Value.ToArray());
            }
        }
    }

    [Fact]
    public void Gates_are_counted_beyond_the_bounds()
    {
        Sequential<double> model = new(new LstmLayer<double>(1, 4));
        model.Parameters.Values.Clear();
        double[] pre = [-2, 2, -3, 3, /* f */ 9, 9, 9, -9, /* g */ -1, 0, 0, 1, /* o */ 0, 0, 0, 3];    // [4H] of one step from zero
        pre.CopyTo(model.Parameters["0.b"].Value);
        Bptt<double> bptt = new(model, steps: 1, batch: 2);
        using GradientFlow<double> flow = new(bptt), wide = new(bptt, new() { SigmoidLow = 0.2, SigmoidHigh = 0.99, Tanh = 0.5 });
        bptt.ForwardTokens([0, 0]);
        bptt.Backward();

        StepFlow step = flow.Layers[0].Steps[0], other = wide.Layers[0].Steps[0];
        step.Gates.Select(gate => (gate.Name, gate.Low, gate.High)).Should().Equal(("i", 0.25, 0.25), ("f", 0.25, 0.75), ("g", 0, 0), ("o", 0, 0.25));
        other.Gates.Select(gate => (gate.Name, gate.Low, gate.High)).Should().Equal(("i", 0.5, 0), ("f", 0.25, 0.75), ("g", 0.25, 0.25), ("o", 0, 0));
        step.Gate("i").Mean.Should().BeApproximately(0.5, 1e-12);
        step.Gate("o").Mean.Should().BeApproximately((1.5 + 1 / (1 + Math.Exp(-3))) / 4, 1e-12);
        step.Invoking(s => s.Gate("r")).Should().Throw<KeyNotFoundException>().WithMessage("*'r'*i, f, g, o*");
    }

    [Theory]
    [InlineData(13, 70, false)]
    [InlineData(13, 70, true)]
    [InlineData(1, 70, false)]
    public void The_numbers_are_the_same_for_any_number_of_threads(int batch, int hidden, bool lengths)
    {
        double[] RecordWith(int threads)
        {
            Sequential<float> model = new(new LstmLayer<float>(InputSize, hidden), new LstmLayer<float>(hidden, 65));
            Bptt<float> bptt = new(model, steps: 9, batch, new() { Threads = threads });
            using GradientFlow<float> flow = new(bptt);
            float[] x = [.. Numbers.Random(9 * batch * InputSize).Select(value => (float)value)];
            bptt.Forward(x, lengths ? [.. Enumerable.Range(0, batch).Select(b => b * 5 % 10)] : []).CopyTo(bptt.OutputGradient);
            bptt.Backward();
            return [.. flow.Layers.SelectMany(layer => layer.Steps).SelectMany(Everything)];
        }

        double[] expected = RecordWith(1);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            RecordWith(threads).Should().Equal(expected, "{0} threads compute the same", threads);
        }
    }

    /// <summary>A batch of sequences of different lengths is those sequences one by one.</summary>
    [Fact]
    public void Padding_is_not_counted()
    {
        int[] lengths = [2, 5, 0, 3];
        Sequential<double> model = Stack(new() { Peepholes = true });
        double[] x = Numbers.Random(Steps * 4 * InputSize), dy = Numbers.Random(Steps * 4 * HiddenSize, seed: 5);
        Bptt<double> bptt = new(model, Steps, batch: 4), one = new(model, Steps, batch: 1);
        using GradientFlow<double> flow = new(bptt), alone = new(one);
        bptt.Forward(x, lengths);
        dy.CopyTo(bptt.OutputGradient);
        bptt.Backward();

        double[,] hidden = new double[2, Steps], cell = new double[2, Steps], mean = new double[2, Steps];
        for (int b = 0; b < 4; b++)
        {
            one.ResetState();
            Train(one, Column(x, InputSize, b, lengths[b]), Column(dy, HiddenSize, b, lengths[b]));
            for (int layer = 0; layer < 2; layer++)
            {
                foreach (StepFlow step in alone.Layers[layer].Steps.Take(lengths[b]))
                {
                    hidden[layer, step.Step] += Math.Pow(step.HiddenGradientNorm, 2);
                    cell[layer, step.Step] += Math.Pow(step.CellGradientNorm!.Value, 2);
                    mean[layer, step.Step] += step.Gate("f").Mean / lengths.Count(length => length > step.Step);
                }
            }
        }

        for (int layer = 0; layer < 2; layer++)
        {
            flow.Layers[layer].Steps.Select(step => step.Sequences).Should().Equal(3, 3, 2, 1, 1);
            foreach (StepFlow step in flow.Layers[layer].Steps)
            {
                Math.Pow(step.HiddenGradientNorm, 2).Should().BeApproximately(hidden[layer, step.Step], 1e-13);
                Math.Pow(step.CellGradientNorm!.Value, 2).Should().BeApproximately(cell[layer, step.Step], 1e-13);
                step.Gate("f").Mean.Should().BeApproximately(mean[layer, step.Step], 1e-13);
            }
        }
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public void Segments_and_recomputation_record_the_whole_window(int segmentSteps, bool recompute)
    {
        double[] Record(BpttOptions options)
        {
            Bptt<double> bptt = new(Stack(new()), Steps, Batch, options);
            using GradientFlow<double> flow = new(bptt);
            Train(bptt, Numbers.Random(Steps * Batch * InputSize), Numbers.Random(Steps * Batch * HiddenSize, seed: 5));
            flow.Layers[1].Steps.Select(step => step.Step).Should().Equal(Enumerable.Range(0, Steps));
            return [.. flow.Layers.SelectMany(layer => layer.Steps).SelectMany(Everything)];
        }

        Numbers.ShouldAgree(Record(new() { SegmentSteps = segmentSteps, Recompute = recompute }), Record(new()), 1e-13);
    }

    [Fact]
    public void A_truncated_pass_records_the_steps_it_goes_through()
    {
        Sequential<double> model = Stack(new());
        Bptt<double> back = new(model, steps: 2, Batch, new() { BackwardSteps = 4 }), few = new(model, steps: 4, Batch, new() { BackwardSteps = 2 });
        using GradientFlow<double> wide = new(back), narrow = new(few);
        for (int window = 0; window < 3; window++)
        {
            Train(back, Numbers.Random(2 * Batch * InputSize), Numbers.Random(2 * Batch * HiddenSize));
            wide.Layers[0].Steps.Select(step => step.Step).Should().Equal(window == 0 ? [0, 1] : [-2, -1, 0, 1]);
        }

        Train(few, Numbers.Random(4 * Batch * InputSize), Numbers.Random(4 * Batch * HiddenSize));
        narrow.Layers[0].Steps.Select(step => step.Step).Should().Equal(2, 3);
        wide.Layers[0].Steps.Should().OnlyContain(step => step.HiddenGradientNorm > 0);
    }

    [Fact]
    public void A_gradient_too_small_for_squares_in_float_is_seen()
    {
        Bptt<float> bptt = new(new Sequential<float>(new LstmLayer<float>(1, 1)), steps: 1, batch: 1);
        using GradientFlow<float> flow = new(bptt);
        bptt.Forward([1f]);
        bptt.OutputGradient[0] = 1e-30f;
        bptt.Backward();

        flow.Layers[0].Steps[0].HiddenGradientNorm.Should().BeApproximately(1e-30, 1e-36);
    }

    [Fact]
    public void Warm_recording_allocates_nothing()
    {
        Bptt<float> bptt = new(new Sequential<float>(new LstmLayer<float>(InputSize, 12)), Steps, batch: 4, new() { Threads = 2 });
        using GradientFlow<float> flow = new(bptt);
        float[] x = new float[Steps * 4 * InputSize];
        int[] lengths = [5, 2, 4, 1];
        void Step()
        {
            bptt.Forward(x, lengths);
            bptt.Backward();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Fact]
    public void A_disposed_recorder_changes_no_more_and_recording_changes_no_result()
    {
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * HiddenSize);
        Bptt<double> bptt = new(Stack(new()), Steps, Batch), plain = new(Stack(new()), Steps, Batch);
        GradientFlow<double> flow = new(bptt);
        Train(bptt, x, dy);
        Train(plain, x, dy);
        double[] recorded = Everything(flow.Layers[1].Steps[0]);
        flow.Dispose();
        Train(bptt, dy[..x.Length], dy);

        Everything(flow.Layers[1].Steps[0]).Should().Equal(recorded);
        bptt.Model.Parameters.Gradients.ToArray().Should().NotEqual(plain.Model.Parameters.Gradients.ToArray());
        Train(plain, dy[..x.Length], dy);
        bptt.Model.Parameters.Gradients.ToArray().Should().Equal(plain.Model.Parameters.Gradients.ToArray());
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        Bptt<double> forwardOnly = new(Stack(new()), Steps, Batch, new() { ForwardOnly = true });
        Bptt<double> dense = new(new Sequential<double>(new Dense<double>(2, 2)), Steps, Batch), bptt = new(Stack(new()), Steps, Batch);

        FluentActions.Invoking(() => new GradientFlow<double>(null!)).Should().Throw<ArgumentNullException>().WithParameterName("bptt");
        FluentActions.Invoking(() => new GradientFlow<double>(forwardOnly)).Should().Throw<ArgumentException>().WithMessage("*ForwardOnly*bptt*");
        FluentActions.Invoking(() => new GradientFlow<double>(dense)).Should().Throw<ArgumentException>().WithMessage("*recurrent layer*bptt*");
        FluentActions.Invoking(() => new GradientFlow<double>(bptt, new() { Tanh = 1 }))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Tanh between 0 and 1*bounds*");
    }

    private static void Train(Bptt<double> bptt, double[] x, double[] dy, double[]? finalH = null, double[]? finalC = null)
    {
        if (x.Length == 0)
        {
            return;
        }

        bptt.Forward(x, steps: x.Length / (bptt.Batch * InputSize));
        dy.CopyTo(bptt.OutputGradient);
        finalH?.CopyTo(bptt.State("0.h").FinalGradient);
        finalC?.CopyTo(bptt.State("0.c").FinalGradient);
        bptt.Backward();
    }

    /// <summary>Central differences at two step sizes, extrapolated.</summary>
    private static double[] Differences(double[] at, Func<double> loss)
    {
        double[] gradient = new double[at.Length];
        for (int k = 0; k < at.Length; k++)
        {
            double value = at[k];
            double Difference(double step)
            {
                at[k] = value + step;
                double above = loss();
                at[k] = value - step;
                double below = loss();
                at[k] = value;
                return (above - below) / (2 * step);
            }

            gradient[k] = (4 * Difference(5e-4) - Difference(1e-3)) / 3;
        }

        return gradient;
    }

    private static double[] Everything(StepFlow step) =>
    [
        step.Step, step.Sequences, step.HiddenGradientNorm, step.CellGradientNorm!.Value, .. Values(step.Hidden), .. Values(step.Cell!.Value),
        .. step.Gates.SelectMany(gate => new[] { gate.Low, gate.High, gate.Mean }),
    ];

    private static double[] Values(ActivationStatistics statistics) =>
        [statistics.Mean, statistics.StandardDeviation, statistics.Min, statistics.Max];

    private static void ShouldDescribe(ActivationStatistics actual, double[] values)
    {
        double mean = values.Average();
        (actual.Min, actual.Max).Should().Be((values.Min(), values.Max()));
        actual.Mean.Should().BeApproximately(mean, 1e-14);
        actual.StandardDeviation.Should().BeApproximately(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 1e-13);
    }

    private static double[] Column(double[] values, int width, int b, int length) =>
        [.. Enumerable.Range(0, length).SelectMany(t => values.AsSpan((t * 4 + b) * width, width).ToArray())];

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }

    private static double Norm(ReadOnlySpan<double> values) => Math.Sqrt(Dot(values, values));

    private static LstmOptions WithPeepholeValues(LstmOptions options) => options with { PeepholeInitializer = Initializer.GlorotUniform };

    private static Sequential<double> Stack(LstmOptions options) =>
        new(new LstmLayer<double>(InputSize, 6, WithPeepholeValues(options)), new LstmLayer<double>(6, HiddenSize, WithPeepholeValues(options)));
}

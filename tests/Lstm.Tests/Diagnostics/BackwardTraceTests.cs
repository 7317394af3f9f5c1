using Lstm.Tests.Cells;

namespace Lstm.Tests.Diagnostics;

public sealed class BackwardTraceTests
{
    private const int Steps = 4;
    private const int Batch = 3;
    private const int InputSize = 2;
    private const int HiddenSize = 5;

    public static TheoryData<LstmOptions> Cells() => [new(), new() { Peepholes = true, PeepholeInitializer = Initializer.GlorotUniform }];

    /// <summary>Each step against the derivation in plain arithmetic, from the traced dh and dc_next of the step after it.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_gradient_is_that_of_the_derivation(LstmOptions options)
    {
        Sequential<double> model = new(new LstmLayer<double>(InputSize, HiddenSize, options));
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * HiddenSize, seed: 5);
        double[] w = model.Parameters["0.W"].Value.ToArray(), r = model.Parameters["0.R"].Value.ToArray(), b = model.Parameters["0.b"].Value.ToArray();
        double[] p = options.Peepholes ? model.Parameters["0.p"].Value.ToArray() : new double[3 * HiddenSize];
        const int Sequence = 1;
        Bptt<double> bptt = new(model, Steps, Batch);
        using BackwardTrace<double> trace = new(bptt, Sequence);
        Train(bptt, x, dy);

        double[] h = new double[HiddenSize], c = new double[HiddenSize];
        for (int t = 0; t < Steps; t++)
        {
            TraceStep<double> step = trace.Layers[0].Steps[t];
            ReadOnlySpan<double> xt = x.AsSpan((t * Batch + Sequence) * InputSize, InputSize);
            ReadOnlySpan<double> dhNext = t == Steps - 1 ? new double[HiddenSize] : trace.Layers[0].Steps[t + 1]["dh_next"];
            ReadOnlySpan<double> dcNext = t == Steps - 1 ? new double[HiddenSize] : trace.Layers[0].Steps[t + 1]["dc_next"];
            double[] hNew = new double[HiddenSize], cNew = new double[HiddenSize], da = new double[4 * HiddenSize];
            for (int u = 0; u < HiddenSize; u++)
            {
                double A(int gate, ReadOnlySpan<double> xt) => b[gate * HiddenSize + u]
                    + Dot(w.AsSpan((gate * HiddenSize + u) * InputSize, InputSize), xt) + Dot(r.AsSpan((gate * HiddenSize + u) * HiddenSize, HiddenSize), h);
                (double pi, double pf, double po) = (p[u], p[HiddenSize + u], p[2 * HiddenSize + u]);
                NaiveCells.Gates<double> gates = NaiveCells.Forward(A(0, xt), A(1, xt), A(2, xt), A(3, xt), c[u], pi, pf, po);
                double dh = dy[(t * Batch + Sequence) * HiddenSize + u] + dhNext[u];
                NaiveCells.Gradients<double> expected = NaiveCells.Backward(gates, c[u], dh, dcNext[u], pi, pf, po);
                double tanhC = Math.Tanh(gates.C);

                step["dh"][u].Should().BeApproximately(dh, 1e-14);
                step["dao"][u].Should().BeApproximately(expected.O, 1e-14);
                step["dc"][u].Should().BeApproximately(dcNext[u] + dh * gates.O * (1 - tanhC * tanhC) + po * expected.O, 1e-14);
                step["dag"][u].Should().BeApproximately(expected.G, 1e-14);
                step["daf"][u].Should().BeApproximately(expected.F, 1e-14);
                step["dai"][u].Should().BeApproximately(expected.I, 1e-14);
                step["dc_next"][u].Should().BeApproximately(expected.CPrev, 1e-14);
                (da[u], da[HiddenSize + u], da[2 * HiddenSize + u], da[3 * HiddenSize + u]) = (expected.I, expected.F, expected.G, expected.O);
                (hNew[u], cNew[u]) = (gates.H, gates.C);
            }

            Numbers.ShouldAgree(step["dh_next"], TransposedProduct(r, da, HiddenSize), 1e-14);
            Numbers.ShouldAgree(step["dx"], TransposedProduct(w, da, InputSize), 1e-14);
            (h, c) = (hNew, cNew);
        }

        trace.Layers[0].Steps[0].Names.Should().Equal("dh", "dao", "dc", "dag", "daf", "dai", "dx", "dh_next", "dc_next");
        Numbers.ShouldAgree(trace.Layers[0].Steps[0]["dc_next"], bptt.State("0.c").InitialGradient.Slice(Sequence * HiddenSize, HiddenSize), 0);
        Numbers.ShouldAgree(trace.Layers[0].Steps[2]["dx"], bptt.InputGradient.Slice((2 * Batch + Sequence) * InputSize, InputSize), 0);
    }

    public static TheoryData<LstmOptions> Variants() =>
    [
        LstmVariants.Vanilla, LstmVariants.NoInputGate, LstmVariants.NoForgetGate, LstmVariants.NoOutputGate, LstmVariants.Coupled,
        LstmVariants.FullGateRecurrence, LstmVariants.NoOutputActivation, new() { Projection = 1 }, new() { CellClip = 0.2 },
        new() { ZoneoutCell = 0.4, ZoneoutHidden = 0.3 }, new() { InputGate = false, ForgetGate = false, ZoneoutCell = 0.4 },
    ];

    /// <summary>With one unit, the means of the gates are the gates: dag = dc * i * (1-g²) in every variant.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void In_every_variant_dc_is_what_the_gates_see(LstmOptions options)
    {
        Sequential<double> model = new(new LstmLayer<double>(InputSize, 1, options with { PeepholeInitializer = Initializer.Uniform(0.5) }));
        Bptt<double> bptt = new(model, Steps, batch: 1);
        using BackwardTrace<double> trace = new(bptt);
        using GradientFlow<double> flow = new(bptt);
        Train(bptt, Numbers.Random(Steps * InputSize), Numbers.Random(Steps));

        foreach ((TraceStep<double> step, StepFlow gates) in trace.Layers[0].Steps.Zip(flow.Layers[0].Steps))
        {
            double i = options.InputGate ? gates.Gate("i").Mean : 1, g = gates.Gate("g").Mean;
            step["dag"][0].Should().BeApproximately(step["dc"][0] * i * (1 - g * g), 1e-15);
        }

        trace.Layers[0].Steps.Select(step => step["dag"][0]).Should().Contain(dag => dag != 0);
    }

    /// <summary>dh = dy + dh_next, da = dh * (1-h²), dh_next = R^T da.</summary>
    [Fact]
    public void An_elman_network_has_its_own_derivation()
    {
        Sequential<double> model = new(new RnnLayer<double>(InputSize, HiddenSize));
        double[] dy = Numbers.Random(Steps * HiddenSize), r = model.Parameters["0.R"].Value.ToArray();
        Bptt<double> bptt = new(model, Steps, batch: 1);
        using BackwardTrace<double> trace = new(bptt);
        Train(bptt, Numbers.Random(Steps * InputSize), dy);

        IReadOnlyList<TraceStep<double>> steps = trace.Layers[0].Steps;
        steps[0].Names.Should().Equal("dh", "da", "dx", "dh_next");
        for (int t = 0; t < Steps; t++)
        {
            double[] dh = [.. Enumerable.Range(0, HiddenSize).Select(u => dy[t * HiddenSize + u] + (t == Steps - 1 ? 0 : steps[t + 1]["dh_next"][u]))];
            double[] h = bptt.Output.Slice(t * HiddenSize, HiddenSize).ToArray();
            Numbers.ShouldAgree(steps[t]["dh"], dh, 1e-15);
            Numbers.ShouldAgree(steps[t]["da"], [.. dh.Zip(h, (gradient, value) => gradient * (1 - value * value))], 1e-15);
            Numbers.ShouldAgree(steps[t]["dh_next"], TransposedProduct(r, steps[t]["da"].ToArray(), HiddenSize), 1e-14);
        }
    }

    [Fact]
    public void A_gru_is_traced_from_its_last_gate_to_its_first()
    {
        foreach (bool resetAfter in new[] { false, true })
        {
            Bptt<double> bptt = new(new Sequential<double>(new GruLayer<double>(InputSize, HiddenSize, new() { ResetAfter = resetAfter })), Steps, Batch);
            using BackwardTrace<double> trace = new(bptt, sequence: 2);
            Train(bptt, Numbers.Random(Steps * Batch * InputSize), Numbers.Random(Steps * Batch * HiddenSize));

            trace.Layers[0].Steps[0].Names.Should().Equal("dh", "dan", "daz", "dar", "dx", "dh_next");
            Numbers.ShouldAgree(trace.Layers[0].Steps[0]["dh_next"], bptt.State("0.h").InitialGradient.Slice(2 * HiddenSize, HiddenSize), 0);
        }
    }

    /// <summary>A forget gate of 1 hands dc on as it is, also where the cell state is normalised.</summary>
    [Fact]
    public void With_an_open_forget_gate_dc_is_what_goes_on()
    {
        Sequential<double> model = new(new LstmLayer<double>(InputSize, HiddenSize, new() { LayerNorm = new(), ForgetBias = 100 }));
        Bptt<double> bptt = new(model, Steps, Batch);
        using BackwardTrace<double> trace = new(bptt);
        Train(bptt, Numbers.Random(Steps * Batch * InputSize), Numbers.Random(Steps * Batch * HiddenSize));

        foreach (TraceStep<double> step in trace.Layers[0].Steps)
        {
            step["dc"].ToArray().Should().Equal(step["dc_next"].ToArray()).And.Contain(value => value != 0);
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 4)]
    [InlineData(2, 0)]
    public void A_sequence_has_the_steps_of_its_length(int sequence, int length)
    {
        Sequential<double> model = Stack();
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * 3);
        Bptt<double> bptt = new(model, Steps, Batch, new() { Threads = 2 }), segments = new(model, Steps, Batch, new() { SegmentSteps = 3, Recompute = true });
        using BackwardTrace<double> trace = new(bptt, sequence), other = new(segments, sequence);
        foreach (Bptt<double> each in new[] { bptt, segments })
        {
            each.Forward(x, [2, 4, 0]);
            dy.CopyTo(each.OutputGradient);
            each.Backward();
        }

        foreach ((LayerTrace<double> whole, LayerTrace<double> cut) in trace.Layers.Zip(other.Layers))
        {
            whole.Steps.Select(step => step.Step).Should().Equal(Enumerable.Range(0, length));
            cut.Steps.Select(step => step.Step).Should().Equal(Enumerable.Range(0, length));
            foreach ((TraceStep<double> expected, TraceStep<double> actual) in whole.Steps.Zip(cut.Steps))
            {
                foreach (string name in expected.Names)
                {
                    Numbers.ShouldAgree(actual[name], expected[name], 1e-14);
                }
            }
        }

        if (length > 0)
        {
            Numbers.ShouldAgree(trace.Layers[0].Steps[0]["dh_next"], bptt.State("0.h").InitialGradient.Slice(sequence * HiddenSize, HiddenSize), 0);
        }
    }

    [Fact]
    public void A_trace_is_printed_in_the_order_of_the_backward_pass()
    {
        Bptt<double> bptt = new(Stack(), steps: 2, batch: 2);
        using BackwardTrace<double> trace = new(bptt, sequence: 1);
        bptt.Forward(Numbers.Random(2 * 2 * InputSize));
        bptt.OutputGradient[^1] = 0.25;
        bptt.Backward();

        string[] lines = trace.ToString(elements: 3).Split(Environment.NewLine);

        lines.Where(line => line.StartsWith("layer", StringComparison.Ordinal)).Should().Equal(
            "layer 1, sequence 1, step 1", "layer 1, sequence 1, step 0", "layer 0, sequence 1, step 1", "layer 0, sequence 1, step 0");
        lines[1].Should().Be("  dh                 0            0         0.25");
        lines[20..30].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]).Should()
            .Equal("layer", "dh", "dao", "dc", "dag", "daf", "dai", "dx", "dh_next", "dc_next");
        lines[21].Should().EndWith(" ...", "H is 5");
    }

    [Fact]
    public void Token_ids_have_no_gradient()
    {
        Bptt<float> bptt = new(new Sequential<float>(new LstmLayer<float>(4, 3)), steps: 1, batch: 1);
        using BackwardTrace<float> trace = new(bptt);
        bptt.ForwardTokens([2]);
        bptt.Backward();

        trace.Layers[0].Steps[0].Names.Should().NotContain("dx");
        trace.Layers[0].Steps[0].Invoking(step => step["dx"].ToArray()).Should().Throw<KeyNotFoundException>().WithMessage("*'dx'*dh, dao, dc*");
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        Bptt<double> bptt = new(Stack(), Steps, Batch);

        FluentActions.Invoking(() => new BackwardTrace<double>(bptt, 3)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*from 0 to 2*sequence*");
        FluentActions.Invoking(() => new BackwardTrace<double>(null!)).Should().Throw<ArgumentNullException>().WithParameterName("bptt");
    }

    private static void Train(Bptt<double> bptt, double[] x, double[] dy)
    {
        bptt.Forward(x);
        dy.CopyTo(bptt.OutputGradient);
        bptt.Backward();
    }

    private static double[] TransposedProduct(double[] weights, double[] da, int columns) =>
        [.. Enumerable.Range(0, columns).Select(column => da.Select((value, row) => value * weights[row * columns + column]).Sum())];

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }

    private static Sequential<double> Stack() =>
        new(new LstmLayer<double>(InputSize, HiddenSize, new() { Peepholes = true }), new LstmLayer<double>(HiddenSize, 3));
}

namespace Lstm.PublicApi.Tests;

/// <summary>
/// Limits of gradients within the steps of users' cells: they hold, and everything that is made of the limited gradients is of them.
/// </summary>
public sealed class ClippingTests
{
    private const int Steps = 5, InputSize = 3, H = Subjects.HiddenSize;

    private static readonly Dictionary<string, StepClipping> s_limits = new()
    {
        ["elements"] = new() { PreActivationGradient = 0.05 },
        ["hidden"] = new() { HiddenGradient = 0.1 },
        ["norm"] = new() { PreActivationNorm = 0.15 },
        ["all"] = new() { PreActivationGradient = 0.06, HiddenGradient = 0.1, PreActivationNorm = 0.12 },
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string limit in s_limits.Keys)
            {
                cases.Add("minimal", limit);
                cases.Add("three states", limit);
                cases.Add("peephole", limit);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Limits_hold_and_are_reached(string name, string limit)
    {
        StepClipping limits = s_limits[limit];
        (_, Bptt<double> bptt, BackwardTrace<double> trace) = Run(name, limits);
        using (trace)
        {
            TraceStep<double>[] steps = [.. trace.Layers[0].Steps];
            double[] elements = [.. steps.SelectMany(step => PreActivations(bptt, step)).Select(Math.Abs)];
            double[] hidden = [.. steps.SelectMany(step => step["dh_next"].ToArray()).Select(Math.Abs)];
            double[] norms = [.. steps.Select(step => Math.Sqrt(PreActivations(bptt, step).Sum(value => value * value)))];
            ShouldBeLimited(elements, limits.PreActivationGradient, isReached: limits.PreActivationNorm == 0);
            ShouldBeLimited(hidden, limits.HiddenGradient, isReached: true);
            ShouldBeLimited(norms, limits.PreActivationNorm, isReached: true);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_gradients_follow_from_what_is_limited(string name, string limit)
    {
        (Sequential<double> model, Bptt<double> bptt, BackwardTrace<double> trace) = Run(name, s_limits[limit]);
        using (trace)
        {
            double[][] da = [.. trace.Layers[0].Steps.Select(step => PreActivations(bptt, step))];
            double[] x = Input();
            (double[] h, double[] c) = StatesBefore(model, x);
            Parameter<double> w = Find(model, "0.W"), r = Find(model, "0.R");
            int gates = w.Shape[0], size = h.Length / (Steps + 1);
            double[] bias = Sum(gates, (t, j) => da[t][j]);
            double[] weights = Sum(w.Length, (t, k) => da[t][k / InputSize] * x[t * InputSize + k % InputSize]);
            Same.Nearly(w.Gradient, weights, "gradients of W");
            Same.Nearly(Find(model, "0.b").Gradient, bias, "gradients of b");

            // R of a minimal gated unit reads h' in the rows of f alone.
            int rows = name == "minimal" ? H : gates;
            double[] recurrent = Sum(rows * size, (t, k) => da[t][k / size] * h[t * size + k % size]);
            Same.Nearly(r.Gradient[..recurrent.Length], recurrent, "gradients of R");
            Same.Nearly(
                bptt.InputGradient,
                [.. da.SelectMany(step => Product(w, step, InputSize))],
                "gradients of the input");
            if (name == "peephole")
            {
                double[] p = Sum(2 * H, (t, k) => k < H ? da[t][k] * c[t * H + k] : da[t][H + k] * c[t * H + k]);
                Same.Nearly(Find(model, "0.p").Gradient, p, "gradients of p");
            }
        }
    }

    [Fact]
    public void What_goes_on_to_the_step_before_is_of_what_is_limited()
    {
        StepClipping limits = s_limits["all"];
        (Sequential<double> model, Bptt<double> bptt, BackwardTrace<double> trace) = Run("three states", limits);
        using (trace)
        {
            foreach (TraceStep<double> step in trace.Layers[0].Steps)
            {
                double[] expected = Product(Find(model, "0.R"), PreActivations(bptt, step), H);
                double limit = limits.HiddenGradient;
                Same.Nearly(step["dh_next"], [.. expected.Select(value => Math.Clamp(value, -limit, limit))], "dh_next");
            }
        }
    }

    [Theory]
    [InlineData("minimal")]
    [InlineData("three states, everything")]
    [InlineData("peephole, everything")]
    public void Limits_that_nothing_reaches_change_nothing(string name)
    {
        StepClipping limits = new() { PreActivationGradient = 1e9, HiddenGradient = 1e9, PreActivationNorm = 1e9 };
        double[] without = new Trial<double>(Subjects.Model<double>(name, 4), 5, 3).Windows(2);
        double[] with = new Trial<double>(Subjects.Model<double>(name, 4), 5, 3, new() { StepClipping = limits }).Windows(2);

        Same.Nearly(with, without, "numbers");
    }

    private static (Sequential<double> Model, Bptt<double> Bptt, BackwardTrace<double> Trace) Run(string name, StepClipping limits)
    {
        Sequential<double> model = new(Subjects.Cell<double>(name, InputSize));
        model.Initialize(4);
        Bptt<double> bptt = new(model, Steps, batch: 1, new() { StepClipping = limits });
        BackwardTrace<double> trace = new(bptt);
        bptt.Forward(Input());
        RandomNumbers.Of<double>(bptt.OutputGradient.Length, 2).CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return (model, bptt, trace);
    }

    private static double[] Input() => RandomNumbers.Of<double>(Steps * InputSize, 1);

    /// <summary>The gradients at W x of a step, in the order of the gates.</summary>
    private static double[] PreActivations(Bptt<double> bptt, TraceStep<double> step) =>
        [.. ((RecurrentLayer<double>)bptt.Model.Layers[0]).Cell.Gates.SelectMany(gate => step["da" + gate.Name].ToArray())];

    /// <summary>h of the step before each, and c of the step before f, of this step for o: [steps + 1, size].</summary>
    private static (double[] Hidden, double[] Cell) StatesBefore(Sequential<double> model, double[] x)
    {
        StreamingModel<double> streaming = new(model);
        StreamingState<double> state = streaming.CreateState();
        List<double> h = [.. new double[model.Layers[0].OutputSize]], c = [.. new double[H]];
        foreach (double[] step in x.Chunk(InputSize))
        {
            h.AddRange(streaming.Step(step, state));
            c.AddRange(state.States.FirstOrDefault(one => one.Name == "0.c")?.Value.ToArray() ?? new double[H]);
        }

        return ([.. h], [.. c]);
    }

    private static double[] Sum(int length, Func<int, int, double> term) =>
        [.. Enumerable.Range(0, length).Select(k => Enumerable.Range(0, Steps).Sum(t => term(t, k)))];

    /// <summary>W^T a.</summary>
    private static double[] Product(Parameter<double> matrix, double[] a, int columns)
    {
        double[] values = matrix.Value.ToArray();
        return [.. Enumerable.Range(0, columns).Select(j => a.Select((value, i) => value * values[i * columns + j]).Sum())];
    }

    private static void ShouldBeLimited(double[] values, double limit, bool isReached)
    {
        if (limit > 0)
        {
            values.Should().OnlyContain(value => value <= limit * (1 + 1e-12));
            (values.Max() > limit * (1 - 1e-12) || !isReached).Should().BeTrue();
        }
    }

    private static Parameter<double> Find(Sequential<double> model, string name) => model.Parameters.Single(one => one.Name == name);
}

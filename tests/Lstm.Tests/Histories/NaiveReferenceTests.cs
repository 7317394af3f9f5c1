using Lstm.Tests.Conformance;

namespace Lstm.Tests.Histories;

/// <summary>The reference of the histories itself: against finite differences, and against vectors that PyTorch made.</summary>
public sealed class NaiveReferenceTests
{
    public static TheoryData<string> LstmVectorNames() =>
    [
        .. ReferenceVector.Names.Where(name => ReferenceVector.Read(name) is { Kind: "lstm" } vector && !vector.Has("inputs", "mask_g")),
    ];

    /// <summary>The loss is on the last window alone and goes back through all of them, so the gradient is the whole derivative.</summary>
    [Fact]
    public void Its_gradients_are_finite_differences()
    {
        double[] steps = [1e-3, 5e-4, 2.5e-4];
        int parameters = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            History history = Whole(HistoryGenerator.Create(new Random(seed)));
            Dictionary<string, double[]> weights = Weights(history);
            NaiveBptt naive = Run(history, weights);
            double[] dy = Numbers.Random(naive.Output.Length, 9);
            naive.Backward(dy, [.. naive.States.Select(state => new double[history.Batch * state.Size])]);
            foreach ((string name, double[] values) in weights)
            {
                int at = (int)((uint)seed * 7 % values.Length);
                double[] differences = Array.ConvertAll(steps, step => Difference(history, weights, values, at, step, dy));
                double first = (4 * differences[1] - differences[0]) / 3, second = (4 * differences[2] - differences[1]) / 3;
                double expected = (16 * second - first) / 15;
                naive.Gradients[name][at].Should().BeApproximately(expected, 1e-8 * Math.Max(1, Math.Abs(expected)), "of {0}[{1}] in {2}", name, at, history);
                parameters++;
            }
        }

        parameters.Should().BeGreaterThan(200);
    }

    [Theory]
    [MemberData(nameof(LstmVectorNames))]
    public void It_agrees_with_the_vectors_of_PyTorch(string name)
    {
        ReferenceVector vector = ReferenceVector.Read(name);
        Sequential<double> model = LstmVectors<double>.CreateModel(vector, [""]);
        LstmVectors<double>.SetParameters(vector, "", model.Parameters);
        int[] lengths = vector.Has("inputs", "lengths") ? vector.Integers("inputs", "lengths") : [];
        History history = new()
        {
            Layers = [new LstmSpec(vector.Size("hiddenSize"), LstmVectorOptions.Read(vector, ""))],
            InputSize = vector.Size("inputSize"),
            Steps = vector.Size("steps"),
            Batch = vector.Size("batch"),
            Options = new(),
            Windows = [new() { Steps = vector.Size("steps"), Seed = 1, Lengths = lengths, Training = false }],
        };
        NaiveBptt naive = new(history, model.Parameters.ToDictionary(one => one.Name, one => one.Value.ToArray()), model.Layers[^1].OutputSize);
        string[] states = ["h", "c"];
        for (int k = 0; k < states.Length; k++)
        {
            double[] initial = vector.Tensor("inputs", states[k] + "0");
            for (int b = 0; b < history.Batch; b++)
            {
                int size = naive.States[k].Size;
                naive.Write(k, b, initial[(b * size)..((b + 1) * size)]);
            }
        }

        naive.Forward(history.Windows[0], vector.Tensor("inputs", "x"), [], number: 0);
        List<Outcome> outcomes = [new("y", vector.Tensor("outputs", "y"), naive.Output)];
        outcomes.AddRange(states.Select((state, k) => new Outcome(state + "T", vector.Tensor("outputs", state + "T"), naive.StateOf(k))));
        double[][] final = [.. naive.States.Select((state, k) => k < 2 ? vector.Tensor("cotangents", states[k] + "T") : new double[history.Batch * state.Size])];
        naive.Backward(vector.Tensor("cotangents", "y"), final);
        outcomes.Add(new("dx", vector.Tensor("gradients", "x"), naive.InputGradient));
        outcomes.AddRange(states.Select((state, k) => new Outcome($"d{state}0", vector.Tensor("gradients", state + "0"), naive.InitialGradients[k])));
        foreach (Parameter<double> parameter in model.Parameters)
        {
            naive.Gradients[parameter.Name].CopyTo(parameter.Gradient);
            LstmVectors<double>.AddGradients(vector, "", parameter, outcomes);
        }

        Assert.All(outcomes, outcome => outcome.ShouldBeWithin(1e-11));
    }

    /// <summary>A history whose every step is within reach, smooth and with the same weights.</summary>
    private static History Whole(History history) => history with
    {
        Layers = [.. history.Layers.Select(WithoutClip)],
        Options = history.Options with { BackwardSteps = history.IsCausal ? 100 * history.Steps : 0, SegmentSteps = 0, Recompute = false },
        Windows =
        [
            .. (history.IsCausal ? history.Windows : history.Windows[..1])
                .Select(window => window with { Number = null, Restores = false, Reset = null, Writes = [], Sets = false, Updates = false }),
        ],
    };

    private static LayerSpec WithoutClip(LayerSpec layer) => layer switch
    {
        LstmSpec lstm => lstm with { Options = lstm.Options with { CellClip = 0 } },
        ResidualSpec residual => residual with { Inner = WithoutClip(residual.Inner) },
        BidirectionalSpec both => both with { ForwardLayer = WithoutClip(both.ForwardLayer), BackwardLayer = WithoutClip(both.BackwardLayer) },
        _ => layer,
    };

    private static Dictionary<string, double[]> Weights(History history) =>
        history.CreateModel<double>().Parameters.ToDictionary(one => one.Name, one => Numbers.Random(one.Length, (ulong)one.Name.Length));

    private static double Difference(History history, Dictionary<string, double[]> weights, double[] values, int at, double step, double[] dy)
    {
        double before = values[at];
        values[at] = before + step;
        double above = Dot(Run(history, weights).Output, dy);
        values[at] = before - step;
        double below = Dot(Run(history, weights).Output, dy);
        values[at] = before;
        return (above - below) / (2 * step);
    }

    private static NaiveBptt Run(History history, Dictionary<string, double[]> weights)
    {
        NaiveBptt naive = new(history, weights, history.CreateModel<double>().Layers[^1].OutputSize);
        for (int k = 0; k < history.Windows.Length; k++)
        {
            HistoryStep window = history.Windows[k];
            int numbers = window.Steps * history.Batch;
            Random random = new((int)window.Seed);
            int[] tokens = history.Tokens ? [.. Enumerable.Range(0, numbers).Select(_ => random.Next(history.InputSize))] : [];
            naive.Forward(window, history.Tokens ? [] : Numbers.Random(numbers * history.InputSize, window.Seed), tokens, k);
        }

        return naive;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}

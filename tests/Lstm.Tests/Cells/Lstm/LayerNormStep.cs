using System.Numerics;
using Lstm.Tests.Kernels;

namespace Lstm.Tests.Cells;

/// <summary>One step of a layer-normalised LSTM, filled with random numbers, and what both passes should make of them.</summary>
internal sealed class LayerNormStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const int Rows = 2;

    private readonly int _size;
    private readonly bool _peepholes;
    private readonly LayerNormOptions _options;

    public LayerNormStep(int size, bool peepholes, LayerNormOptions options)
    {
        (_size, _peepholes, _options) = (size, peepholes, options);
        LstmOptions all = new() { Peepholes = peepholes, LayerNorm = options, RecurrentInitializer = Initializer.Zero };
        Step = new CellStepHarness<T>(new LstmCell<T>(1, size, all), Rows);
        Step.Fill((ulong)size);
    }

    public CellStepHarness<T> Step { get; }

    private bool IsSplit => _options.Gates == GatePlacement.Split;

    private bool IsJoint => _options.Gates == GatePlacement.Joint;

    private bool HasCellNorm => _options.Cell != CellPlacement.None;

    public void Check(double tolerance)
    {
        NaiveLayerNormCell[] naive = [.. Enumerable.Range(0, Rows).Select(_ => Naive())];
        double[] innerBias = IsJoint ? Vector("b", 4 * _size, _options.Bias) : new double[4 * _size];
        double[][] z = Step.Each(Step.Gates).Plus([.. Enumerable.Repeat(innerBias, Rows)]);
        double[][] r = IsSplit ? Step.Each(row => Step.Signal("R h'", row)) : [];
        double[][] cellBefore = Step.Each(row => Step.Before("c", row)), dh = Step.Each(row => Step.StateGradient("h", row));
        double[][] dcNext = Step.Each(row => Step.StateGradient("c", row));
        Dictionary<string, double[][]> before = Vectors().ToDictionary(name => name, GradientOf);

        Step.Forward();

        NaiveLayerNormCell.State[] states =
            [.. naive.Select((cell, row) => cell.Forward(IsSplit ? [z[row], r[row]] : [z[row]], cellBefore[row]))];
        Step.ShouldBe(Step.Gates, [.. states.Select(state => state.Gates)], tolerance, "i f g o");
        Step.ShouldBe(row => Step.State("c", row), [.. states.Select(state => state.Cell)], 4 * tolerance, "c");
        Step.ShouldBe(row => Step.State("h", row), [.. states.Select(state => state.Hidden)], 4 * tolerance, "h");

        Step.Backward();

        NaiveLayerNormCell.Gradients[] gradients = [.. naive.Select((cell, row) => cell.Backward(dh[row], dcNext[row]))];
        Step.ShouldBe(Step.Gates, [.. gradients.Select(row => row.Gates[0].V)], 8 * tolerance, "the gradient at W x");
        Step.ShouldBe(row => Step.StateGradient("c", row), [.. gradients.Select(row => row.CellBefore)], 8 * tolerance, "dc_prev");
        if (IsSplit)
        {
            double[][] expected = [.. gradients.Select(row => row.Gates[1].V)];
            Step.ShouldBe(row => Step.Signal("R h'", row), expected, 8 * tolerance, "the gradient at R h'");
        }

        foreach (string name in Vectors())
        {
            double[][] expected = before[name].Plus([.. gradients.Select(row => Added(name, row))]);
            Step.ShouldBe(row => Step.VectorGradient(name, row), expected, 16 * tolerance, $"d{name}");
        }

        Step.IsIntact.Should().BeTrue("nothing is written beyond {0} units", _size);
    }

    /// <summary>What a step adds to the gradient of a vector. A bias after the normalisation shifts W x as the shift does.</summary>
    private double[] Added(string name, NaiveLayerNormCell.Gradients row) => name switch
    {
        "b" => IsJoint ? row.Gates[0].V : row.Gates[0].Shift,
        "gain" => [.. row.Gates.SelectMany(source => source.Gain)],
        "shift" => [.. row.Gates.SelectMany(source => source.Shift)],
        "gain_c" => row.Cell.Gain,
        "shift_c" => row.Cell.Shift,
        _ => row.Peephole,
    };

    private IEnumerable<string> Vectors() =>
    [
        .. _options.Bias ? ["b"] : Array.Empty<string>(),
        "gain",
        .. _options.GateShift ? ["shift"] : Array.Empty<string>(),
        .. HasCellNorm ? ["gain_c", "shift_c"] : Array.Empty<string>(),
        .. _peepholes ? ["p"] : Array.Empty<string>(),
    ];

    private NaiveLayerNormCell Naive()
    {
        double epsilon = double.CreateTruncating(T.CreateTruncating(_options.Epsilon));
        int all = 4 * _size, sources = IsSplit ? 2 : 1, group = _options.Gates == GatePlacement.PerGate ? _size : all;
        double[] gain = Vector("gain", sources * all), shift = Vector("shift", sources * all, _options.GateShift);
        double[] bias = Vector("b", all, _options.Bias && !IsJoint);
        shift = [.. shift.Select((value, k) => k < all ? value + bias[k] : value)];
        NaiveNormalization[] gates = [.. gain.Chunk(all).Zip(shift.Chunk(all), (g, s) => new NaiveNormalization(g, s, group, epsilon))];
        NaiveNormalization? cell = HasCellNorm ? new(Vector("gain_c", _size), Vector("shift_c", _size), _size, epsilon) : null;
        return new(_size, gates, cell, _options.Cell == CellPlacement.Carried, Vector("p", 3 * _size, _peepholes));
    }

    /// <summary>The values of a vector, or zeros where the cell has none.</summary>
    private double[] Vector(string name, int length, bool exists = true) =>
        exists ? CellStepHarness<T>.Doubles(Step.Vector(name)) : new double[length];

    private double[][] GradientOf(string name) => Step.Each(row => Step.VectorGradient(name, row));
}

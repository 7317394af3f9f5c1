using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The buffers of one step of a layer-normalised LSTM, guarded and filled with random numbers, and what both passes should make of them.</summary>
internal sealed class LayerNormStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const int Rows = 2;

    private readonly int _size;
    private readonly int _sources;
    private readonly LayerNormOptions _options;
    private readonly LstmShape _shape;
    private readonly GateNormalization<T> _normalization;
    private readonly Philox _random;
    private readonly List<Guarded<T>> _all = [];
    private readonly Guarded<T> _recurrent, _gain, _cellGain, _cellShift, _peephole, _cellBefore, _cell, _cache, _dy, _dh, _rowGradients;

    public LayerNormStep(int size, bool peepholes, LayerNormOptions options)
    {
        (_size, _options, _random) = (size, options, new Philox((ulong)size, RandomStream.Weights(1)));
        _shape = new LstmShape(size, AnyForm.Plain with { HasBias = false, HasPeepholes = peepholes }, options);
        _normalization = new(options.Gates, _shape, T.CreateTruncating(options.Epsilon));
        _sources = options.Gates == GatePlacement.Split ? 2 : 1;
        int cellVectors = options.Cell == CellPlacement.None ? 0 : size;
        (Gates, _recurrent, _cellBefore) = (Full(Rows * 4 * size), Full((_sources - 1) * Rows * 4 * size), Full(Rows * size));
        (_gain, Shift) = (Full(_sources * 4 * size), Full(options.GateShift ? _sources * 4 * size : 0));
        (_cellGain, _cellShift, _peephole) = (Full(cellVectors), Full(cellVectors), Full(peepholes ? 3 * size : 0));
        (_cell, Hidden, _cache) = (Empty(Rows * size), Empty(Rows * size), Empty(Rows * _shape.CacheSize));
        (_dy, _dh, CellGradient, _rowGradients) = (Full(Rows * size), Full(Rows * size), Full(Rows * size), Full(Rows * _shape.VectorSize));
    }

    public Guarded<T> Gates { get; }

    public Guarded<T> Shift { get; }

    public Guarded<T> Hidden { get; }

    public Guarded<T> CellGradient { get; }

    public bool IsIntact => _all.TrueForAll(buffer => buffer.IsIntact);

    private LstmVectors<T> Vectors => new()
    {
        Bias = [],
        Peephole = _peephole.Span,
        CellGain = _cellGain.Span,
        CellShift = _cellShift.Span,
        Clip = T.Zero,
        Epsilon = T.CreateTruncating(_options.Epsilon),
    };

    public void Forward()
    {
        ForwardStep<T> step = new()
        {
            Rows = Rows,
            HiddenSize = _size,
            Gates = Gates.Span,
            Recurrent = _recurrent.Span,
            CellBefore = _cellBefore.Span,
            Cell = _cell.Span,
            Hidden = Hidden.Span,
            Cache = _cache.Span,
        };
        _normalization.Forward(step, _gain.Span, Shift.Span, []);
        LstmGates<T>.Forward(step, _shape, Vectors);
    }

    public void Backward()
    {
        BackwardStep<T> step = new()
        {
            Rows = Rows,
            HiddenSize = _size,
            Gates = Gates.Span,
            Recurrent = _recurrent.Span,
            CellBefore = _cellBefore.Span,
            Cell = _cell.Span,
            Cache = _cache.Span,
            OutputGradient = _dy.Span,
            HiddenGradient = _dh.Span,
            CellGradient = CellGradient.Span,
            RowGradients = _rowGradients.Span,
        };
        LstmGates<T>.Backward(step, _shape, Vectors);
        _normalization.Backward(step, _gain.Span, _shape.NormGradient, _options.GateShift);
    }

    public void Check(double tolerance)
    {
        NaiveLayerNormCell[] naive = [.. Enumerable.Range(0, Rows).Select(_ => Naive())];
        double[][] z = Each(Gates, 4), r = _sources == 2 ? Each(_recurrent, 4) : [], cellBefore = Each(_cellBefore, 1), dcNext = Each(CellGradient, 1);
        double[][] dh = [.. Each(_dy, 1).Zip(Each(_dh, 1), (a, b) => a.Zip(b, (s, t) => s + t).ToArray())];
        double[] before = Doubles(_rowGradients.Span);

        Forward();
        for (int row = 0; row < Rows; row++)
        {
            NaiveLayerNormCell.State expected = naive[row].Forward(_sources == 2 ? [z[row], r[row]] : [z[row]], cellBefore[row]);
            Close(Gates, row, expected.Gates, tolerance);
            Close(_cell, row, expected.Cell, 4 * tolerance);
            Close(Hidden, row, expected.Hidden, 4 * tolerance);
        }

        Backward();
        for (int row = 0; row < Rows; row++)
        {
            NaiveLayerNormCell.Gradients expected = naive[row].Backward(dh[row], dcNext[row]);
            Close(Gates, row, expected.Gates[0].V, 8 * tolerance);
            Close(CellGradient, row, expected.CellBefore, 8 * tolerance);
            if (_sources == 2)
            {
                Close(_recurrent, row, expected.Gates[1].V, 8 * tolerance);
            }

            double[] vectors =
            [
                .. _peephole.Span.IsEmpty ? [] : expected.Peephole,
                .. expected.Gates.SelectMany(source => source.Gain),
                .. _options.GateShift ? expected.Gates.SelectMany(source => source.Shift) : [],
                .. expected.Cell.Gain,
                .. expected.Cell.Shift,
            ];
            Close(_rowGradients, row, [.. vectors.Select((d, k) => before[row * _shape.VectorSize + k] + d)], 16 * tolerance);
        }

        IsIntact.Should().BeTrue("nothing is written beyond the end of {0} units", _size);
    }

    private NaiveLayerNormCell Naive()
    {
        double epsilon = double.CreateTruncating(T.CreateTruncating(_options.Epsilon));
        int all = 4 * _size, group = _options.Gates == GatePlacement.PerGate ? _size : all;
        double[] gain = Doubles(_gain.Span), shift = _options.GateShift ? Doubles(Shift.Span) : new double[gain.Length];
        NaiveNormalization[] gates = [.. Enumerable.Range(0, _sources).Select(source =>
            new NaiveNormalization(gain[(source * all)..((source + 1) * all)], shift[(source * all)..((source + 1) * all)], group, epsilon))];
        NaiveNormalization? cell = _options.Cell == CellPlacement.None
            ? null
            : new(Doubles(_cellGain.Span), Doubles(_cellShift.Span), _size, epsilon);
        double[] p = _peephole.Span.IsEmpty ? new double[3 * _size] : Doubles(_peephole.Span);
        return new(_size, gates, cell, _options.Cell == CellPlacement.Carried, p);
    }

    private static double[] Doubles(Span<T> values) => [.. values.ToArray().Select(value => double.CreateTruncating(value))];

    /// <summary>Rows of <paramref name="width"/> * H numbers.</summary>
    private double[][] Each(Guarded<T> buffer, int width) => [.. Doubles(buffer.Span).Chunk(width * _size)];

    private void Close(Guarded<T> actual, int row, double[] expected, double tolerance)
    {
        Span<T> values = actual.Span.Slice(row * expected.Length, expected.Length);
        for (int k = 0; k < values.Length; k++)
        {
            double value = double.CreateTruncating(values[k]);
            if (!(Math.Abs(value - expected[k]) <= tolerance))
            {
                Assert.Fail($"Of {_size} units, number {k} of row {row} is {value:R} and should be {expected[k]:R}.");
            }
        }
    }

    private Guarded<T> Full(int length) => Add(new(length, T.NegativeOne, _ => T.CreateTruncating(2 * _random.NextUniform() - 1)));

    private Guarded<T> Empty(int length) => Add(new(length, T.NegativeOne));

    private Guarded<T> Add(Guarded<T> buffer)
    {
        _all.Add(buffer);
        return buffer;
    }
}

using System.Numerics;
using Lstm.Kernels;

namespace Lstm.Tests.Kernels;

/// <summary>The layer-normalised gate kernels against their naive twin, for every number of units from 0 to 257, with guards around every buffer.</summary>
public sealed class LayerNormLstmGatesTests
{
    private const int Rows = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Float_agrees_for_every_size(bool peepholes)
    {
        for (int size = 0; size <= 257; size++)
        {
            new Step<float>(size, peepholes, epsilon: 0.25).Check(1e-5);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Double_agrees_for_every_size(bool peepholes)
    {
        for (int size = 0; size <= 257; size++)
        {
            new Step<double>(size, peepholes, epsilon: 0.25).Check(1e-14);
        }
    }

    /// <summary>A gate whose units are all alike has no variance: r = 1/sqrt(epsilon), and only the shifts are left.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(0.75f)]
    [InlineData(1e-40f)]
    public void Units_that_are_alike_leave_the_shifts(float z)
    {
        Step<float> step = new(21, peepholes: false, epsilon: 1e-5);
        step.Gates.Span.Fill(z);

        step.Forward();

        for (int u = 0; u < 21; u++)
        {
            step.Gates.Span[u].Should().BeApproximately((float)NaiveLayerNormCell.Sigmoid(step.Shift.Span[u]), 1e-6f);
        }
    }

    /// <summary>Far beyond what the sigmoid tells apart; their squares still have a sum.</summary>
    [Fact]
    public void Large_pre_activations_are_normalised()
    {
        Step<float> step = new(67, peepholes: true, epsilon: 1e-5);
        foreach (ref float z in step.Gates.Span)
        {
            z *= 1e17f;
        }

        step.Check(1e-5);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void What_has_no_normalisation_stays_in_its_row(float z)
    {
        Step<float> step = new(35, peepholes: true, epsilon: 1e-5), other = new(35, peepholes: true, epsilon: 1e-5);
        step.Gates.Span[..(4 * 35)].Fill(z);

        step.Forward();
        other.Forward();
        step.Backward();
        other.Backward();

        step.Hidden.Span[35..].ToArray().Should().Equal(other.Hidden.Span[35..].ToArray());
        step.Gates.Span[(4 * 35)..].ToArray().Should().Equal(other.Gates.Span[(4 * 35)..].ToArray());
        step.CellGradient.Span[35..].ToArray().Should().Equal(other.CellGradient.Span[35..].ToArray());
        step.IsIntact.Should().BeTrue();
    }

    /// <summary>The buffers of one step, filled with random numbers, and what both passes should make of them.</summary>
    private sealed class Step<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _size;
        private readonly bool _peepholes;
        private readonly double _epsilon;
        private readonly Philox _random;
        private readonly List<Guarded<T>> _all = [];
        private readonly Guarded<T> _cellGain, _cellShift, _gain, _peephole, _cellBefore, _cell, _cache, _dy, _dh, _rowGradients;

        public Step(int size, bool peepholes, double epsilon)
        {
            (_size, _peepholes, _epsilon, _random) = (size, peepholes, epsilon, new Philox((ulong)size, 1));
            (Gates, _cellBefore) = (Full(Rows * 4 * size), Full(Rows * size));
            (_gain, Shift, _cellGain, _cellShift, _peephole) = (Full(4 * size), Full(4 * size), Full(size), Full(size), Full(peepholes ? 3 * size : 0));
            (_cell, Hidden, _cache) = (Empty(Rows * size), Empty(Rows * size), Empty(Rows * LayerNormLstmGates<T>.CacheSize(size)));
            (_dy, _dh, CellGradient) = (Full(Rows * size), Full(Rows * size), Full(Rows * size));
            _rowGradients = Full(Rows * VectorSize);
        }

        public Guarded<T> Gates { get; }

        public Guarded<T> Shift { get; }

        public Guarded<T> Hidden { get; }

        public Guarded<T> CellGradient { get; }

        public bool IsIntact => _all.TrueForAll(buffer => buffer.IsIntact);

        private int VectorSize => LayerNormLstmGates<T>.VectorSize(_size, _peepholes);

        private LayerNormVectors<T> Vectors => new()
        {
            Gain = _gain.Span,
            Shift = Shift.Span,
            CellGain = _cellGain.Span,
            CellShift = _cellShift.Span,
            Peephole = _peephole.Span,
            Epsilon = T.CreateTruncating(_epsilon),
        };

        public void Forward() => LayerNormLstmGates<T>.Forward(
            new()
            {
                Rows = Rows,
                HiddenSize = _size,
                Gates = Gates.Span,
                CellBefore = _cellBefore.Span,
                Cell = _cell.Span,
                Hidden = Hidden.Span,
                Cache = _cache.Span,
            },
            Vectors);

        public void Backward() => LayerNormLstmGates<T>.Backward(
            new()
            {
                Rows = Rows,
                HiddenSize = _size,
                Gates = Gates.Span,
                CellBefore = _cellBefore.Span,
                Cell = _cell.Span,
                Cache = _cache.Span,
                OutputGradient = _dy.Span,
                HiddenGradient = _dh.Span,
                CellGradient = CellGradient.Span,
                RowGradients = _rowGradients.Span,
            },
            Vectors);

        public void Check(double tolerance)
        {
            NaiveLayerNormCell naive = new(
                Doubles(_gain, 0, 4), Doubles(Shift, 0, 4), Doubles(_cellGain, 0, 1), Doubles(_cellShift, 0, 1),
                _peepholes ? Doubles(_peephole, 0, 3) : new double[3 * _size], double.CreateTruncating(T.CreateTruncating(_epsilon)));
            double[][] z = Each(Gates, 4), cellBefore = Each(_cellBefore, 1), dcNext = Each(CellGradient, 1), dy = Each(_dy, 1), dh = Each(_dh, 1);
            double[] before = [.. _rowGradients.Span.ToArray().Select(double.CreateTruncating)];

            Forward();
            NaiveLayerNormCell.State[] states = [.. Enumerable.Range(0, Rows).Select(row => naive.Forward(z[row], cellBefore[row]))];
            for (int row = 0; row < Rows; row++)
            {
                Close(Gates, row, 4, states[row].Gates, tolerance);
                Close(_cell, row, 1, states[row].Cell, 4 * tolerance);
                Close(Hidden, row, 1, states[row].Hidden, 4 * tolerance);
            }

            Backward();
            for (int row = 0; row < Rows; row++)
            {
                double[] gradient = [.. dy[row].Zip(dh[row], (a, b) => a + b)];
                NaiveLayerNormCell.Gradients wanted = naive.Backward(states[row], cellBefore[row], gradient, dcNext[row]);
                Close(Gates, row, 4, wanted.Gates, 8 * tolerance);
                Close(CellGradient, row, 1, wanted.CellBefore, 8 * tolerance);
                double[] vectors = [.. wanted.Gain, .. wanted.Shift, .. wanted.CellGain, .. wanted.CellShift, .. _peepholes ? wanted.Peephole : []];
                for (int k = 0; k < VectorSize; k++)
                {
                    double expected = before[row * VectorSize + k] + vectors[k];
                    Assert.InRange(double.CreateTruncating(_rowGradients.Span[row * VectorSize + k]), expected - 16 * tolerance, expected + 16 * tolerance);
                }
            }

            IsIntact.Should().BeTrue("nothing is written beyond the end of {0} units", _size);
        }

        private Guarded<T> Full(int length) => Add(new(length, T.NegativeOne, _ => T.CreateTruncating(2 * _random.NextUniform() - 1)));

        private Guarded<T> Empty(int length) => Add(new(length, T.NegativeOne));

        private Guarded<T> Add(Guarded<T> buffer)
        {
            _all.Add(buffer);
            return buffer;
        }

        private double[][] Each(Guarded<T> buffer, int width) => [.. Enumerable.Range(0, Rows).Select(row => Doubles(buffer, row, width))];

        /// <summary>A row of <paramref name="width"/> * H numbers.</summary>
        private double[] Doubles(Guarded<T> buffer, int row, int width) =>
            [.. buffer.Span.Slice(row * width * _size, width * _size).ToArray().Select(double.CreateTruncating)];

        private void Close(Guarded<T> actual, int row, int width, double[] expected, double tolerance)
        {
            double[] values = Doubles(actual, row, width);
            for (int k = 0; k < values.Length; k++)
            {
                Assert.InRange(values[k], expected[k] - tolerance, expected[k] + tolerance);
            }
        }
    }
}

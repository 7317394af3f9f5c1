using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The kernels of a GRU against their naive twin, for every number of units to 257, with guards around every buffer.</summary>
public sealed class GruGatesTests
{
    private const int Rows = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reset_before_the_product_agrees_for_every_size(bool masks)
    {
        for (int size = 0; size <= 257; size++)
        {
            new Case<float>(size, masks, 1e-5).CheckBefore();
            new Case<double>(size, masks, 1e-14).CheckBefore();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reset_after_the_product_agrees_for_every_size(bool masks)
    {
        for (int size = 1; size <= 257; size++)
        {
            new Case<float>(size, masks, 1e-5).CheckAfter();
            new Case<double>(size, masks, 1e-14).CheckAfter();
        }
    }

    /// <summary>Saturated gates are exactly 0 or 1 and have gradient 0; nothing becomes NaN.</summary>
    [Fact]
    public void Extreme_pre_activations_saturate()
    {
        const int Size = 19;
        float[] gates = new float[3 * Size], recurrent = new float[3 * Size], h = new float[Size], hPrev = [.. Enumerable.Repeat(3e38f, Size)];
        gates.AsSpan(0, Size).Fill(-3e38f);
        gates.AsSpan(Size, Size).Fill(-3e38f);
        gates.AsSpan(2 * Size, Size).Fill(-3e38f);
        recurrent.AsSpan(2 * Size, Size).Fill(3e38f);
        ForwardStep<float> step = new()
        {
            Rows = 1,
            HiddenSize = Size,
            Gates = gates,
            Recurrent = recurrent,
            HiddenBefore = hPrev,
            Hidden = h,
            CellBefore = [],
            Cell = [],
            Cache = [],
        };

        GruGates<float>.Forward(step, stage: 0, new float[3 * Size], new float[Size]);

        h.Should().AllBeEquivalentTo(-1f);
        gates.AsSpan(0, 2 * Size).ToArray().Should().AllBeEquivalentTo(0f);
    }

    private sealed class Case<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _size;
        private readonly double _tolerance;
        private readonly List<Guarded<T>> _buffers = [];
        private readonly Guarded<T> _gates, _recurrent, _inner, _b, _rb, _hPrev, _h, _drop, _hold, _dy, _dh, _dv;
        private readonly double[] _preActivations, _products;

        public Case(int size, bool masks, double tolerance)
        {
            (_size, _tolerance) = (size, tolerance);
            Philox random = new((ulong)size, 0);
            T Draw(int _) => T.CreateTruncating(2 * random.NextUniform() - 1);
            T DrawFactor(int _) => T.CreateTruncating(random.NextUniform() < 0.5 ? 0 : 1.5);
            (_gates, _recurrent, _b, _rb) = (New(Rows * 3 * size, Draw), New(Rows * 3 * size, Draw), New(3 * size, Draw), New(size, Draw));
            (_inner, _h, _hPrev) = (New(Rows * size), New(Rows * size), New(Rows * size, Draw));
            (_drop, _hold) = (New(masks ? Rows * size : 0, DrawFactor), New(masks ? Rows * size : 0, DrawFactor));
            (_dy, _dh, _dv) = (New(Rows * size, Draw), New(Rows * size, Draw), New(Rows * size, Draw));
            (_preActivations, _products) = (Doubles(_gates), Doubles(_recurrent));
        }

        public void CheckBefore()
        {
            GruGates<T>.Forward(Forward(), stage: 0, _b.Span, []);
            GruGates<T>.Forward(Forward(), stage: 1, _b.Span, []);
            NaiveGru.Gates[] expected = [.. Enumerable.Range(0, Rows * _size).Select(k =>
                NaiveGru.ForwardBefore(Pre(k, 0), Pre(k, 1), Pre(k, 2), At(_hPrev, k), Factor(_drop, k), Factor(_hold, k)))];
            CheckForward(expected, _inner, k => k);

            Guarded<T> rowGradients = New(Rows * 3 * _size, _ => T.Zero);
            double[] dh = [.. Doubles(_dh).Zip(Doubles(_dy), (next, y) => next + y)];
            GruGates<T>.Backward(Backward(rowGradients), stage: 1, resetAfter: false);
            GruGates<T>.Backward(Backward(rowGradients), stage: 0, resetAfter: false);
            CheckBackward(rowGradients, vectors: 3, [.. expected.Select((gates, k) =>
                NaiveGru.BackwardBefore(gates, At(_hPrev, k), dh[k], At(_dv, k), Factor(_drop, k), Factor(_hold, k)))]);
            CheckGuards();
        }

        public void CheckAfter()
        {
            GruGates<T>.Forward(Forward(), stage: 0, _b.Span, _rb.Span);
            NaiveGru.Gates[] expected = [.. Enumerable.Range(0, Rows * _size).Select(k => NaiveGru.ForwardAfter(
                Pre(k, 0) + _products[Column(k, 0)], Pre(k, 1) + _products[Column(k, 1)], Pre(k, 2),
                _products[Column(k, 2)] + At(_rb, k % _size), At(_hPrev, k), Factor(_hold, k)))];
            CheckForward(expected, _recurrent, k => Column(k, 2));

            Guarded<T> rowGradients = New(Rows * 4 * _size, _ => T.Zero);
            double[] dh = [.. Doubles(_dh).Zip(Doubles(_dy), (next, y) => next + y)];
            GruGates<T>.Backward(Backward(rowGradients), stage: 0, resetAfter: true);
            NaiveGru.Gradients[] wanted = [.. expected.Select((gates, k) => NaiveGru.BackwardAfter(gates, At(_hPrev, k), dh[k], Factor(_hold, k)))];
            CheckBackward(rowGradients, vectors: 4, wanted);
            for (int k = 0; k < wanted.Length; k++)
            {
                AssertClose(At(_recurrent, Column(k, 0)), wanted[k].R);
                AssertClose(At(_recurrent, Column(k, 1)), wanted[k].Z);
                AssertClose(At(_recurrent, Column(k, 2)), wanted[k].V);
                AssertClose(At(rowGradients, Row(k, 4) + 3 * _size), wanted[k].V);
            }

            CheckGuards();
        }

        private void CheckForward(NaiveGru.Gates[] expected, Guarded<T> v, Func<int, int> at)
        {
            for (int k = 0; k < expected.Length; k++)
            {
                AssertClose(At(_gates, Column(k, 0)), expected[k].R);
                AssertClose(At(_gates, Column(k, 1)), expected[k].Z);
                AssertClose(At(_gates, Column(k, 2)), expected[k].N);
                AssertClose(At(v, at(k)), expected[k].V);
                AssertClose(At(_h, k), expected[k].H);
            }
        }

        private void CheckBackward(Guarded<T> rowGradients, int vectors, NaiveGru.Gradients[] wanted)
        {
            for (int k = 0; k < wanted.Length; k++)
            {
                double[] gates = [wanted[k].R, wanted[k].Z, wanted[k].N];
                for (int gate = 0; gate < gates.Length; gate++)
                {
                    AssertClose(At(_gates, Column(k, gate)), gates[gate]);
                    AssertClose(At(rowGradients, Row(k, vectors) + gate * _size), gates[gate]);
                }

                AssertClose(At(_dh, k), wanted[k].HPrev);
            }
        }

        private ForwardStep<T> Forward() => new()
        {
            Rows = Rows,
            HiddenSize = _size,
            Gates = _gates.Span,
            Recurrent = _recurrent.Span,
            Inner = _inner.Span,
            HiddenBefore = _hPrev.Span,
            Hidden = _h.Span,
            CellBefore = [],
            Cell = [],
            Cache = [],
            Masks = Masks,
        };

        private BackwardStep<T> Backward(Guarded<T> rowGradients) => new()
        {
            Rows = Rows,
            HiddenSize = _size,
            Gates = _gates.Span,
            Recurrent = _recurrent.Span,
            InnerGradient = _dv.Span,
            HiddenBefore = _hPrev.Span,
            CellBefore = [],
            Cell = [],
            Cache = [],
            OutputGradient = _dy.Span,
            HiddenGradient = _dh.Span,
            CellGradient = [],
            RowGradients = rowGradients.Span,
            Masks = Masks,
        };

        private StepMasks<T> Masks => new() { Hidden = _drop.Span, ZoneoutHidden = _hold.Span };

        private double Pre(int k, int gate) => _preActivations[Column(k, gate)] + At(_b, gate * _size + k % _size);

        private int Column(int k, int gate) => Row(k, 3) + gate * _size;

        private int Row(int k, int vectors) => k / _size * vectors * _size + k % _size;

        private Guarded<T> New(int length, Func<int, T>? value = null)
        {
            Guarded<T> buffer = new(length, T.NegativeOne, value);
            _buffers.Add(buffer);
            return buffer;
        }

        private void CheckGuards() => _buffers.Should().OnlyContain(buffer => buffer.IsIntact, "size {0}", _size);

        private void AssertClose(double actual, double expected) => Assert.InRange(actual, expected - _tolerance, expected + _tolerance);

        private static double At(Guarded<T> buffer, int k) => double.CreateTruncating(buffer.Span[k]);

        private static double Factor(Guarded<T> mask, int k) => mask.Span.IsEmpty ? 1 : At(mask, k);

        private static double[] Doubles(Guarded<T> buffer) => [.. buffer.Span.ToArray().Select(value => double.CreateTruncating(value))];
    }
}

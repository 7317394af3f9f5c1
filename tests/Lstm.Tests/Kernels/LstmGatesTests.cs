using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The gate kernels against their naive twin, for every number of units from 1 to 257, with guards around every buffer.</summary>
public sealed class LstmGatesTests
{
    private const int Rows = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Float_agrees_for_every_size(bool peepholes)
    {
        for (int size = 1; size <= 257; size++)
        {
            Check<float>(size, peepholes, 1e-5);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Double_agrees_for_every_size(bool peepholes)
    {
        for (int size = 1; size <= 257; size++)
        {
            Check<double>(size, peepholes, 1e-14);
        }
    }

    /// <summary>Saturated gates are exactly 0 or 1 and have gradient 0; nothing becomes NaN.</summary>
    [Fact]
    public void Extreme_pre_activations_saturate()
    {
        const int Size = 19;
        float[] gates = new float[4 * Size], h = new float[Size], c = new float[Size], cache = new float[Size], row = new float[4 * Size];
        gates.AsSpan(0, Size).Fill(3e38f);
        gates.AsSpan(Size, Size).Fill(-3e38f);
        gates.AsSpan(2 * Size, Size).Fill(-3e38f);
        gates.AsSpan(3 * Size, Size).Fill(3e38f);
        float[] cPrev = [.. Enumerable.Repeat(3e38f, Size)], dc = new float[Size], dy = [.. Enumerable.Repeat(1f, Size)];
        LstmGates<float>.Forward(
            new() { Rows = 1, HiddenSize = Size, Gates = gates, CellBefore = cPrev, Cell = c, Hidden = h, Cache = cache },
            LstmShape.Plain(Size, peepholes: false), Vectors<float>(new float[4 * Size], []));

        c.Should().AllBeEquivalentTo(-1f);
        h.Should().AllBeEquivalentTo((float)Math.Tanh(-1));
        LstmGates<float>.Backward(
            new()
            {
                Rows = 1,
                HiddenSize = Size,
                Gates = gates,
                CellBefore = cPrev,
                Cell = c,
                Cache = cache,
                OutputGradient = dy,
                HiddenGradient = new float[Size],
                CellGradient = dc,
                RowGradients = row,
            },
            LstmShape.Plain(Size, peepholes: false), Vectors<float>([], []));
        gates.Should().AllBeEquivalentTo(0f);
    }

    private static void Check<T>(int size, bool peepholes, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new((ulong)size, 0);
        T Draw(int _) => T.CreateTruncating(2 * random.NextUniform() - 1);
        Guarded<T> Full(int length) => new(length, T.NegativeOne, Draw);
        Guarded<T> Empty(int length) => new(length, T.NegativeOne);

        Guarded<T> gates = Full(Rows * 4 * size), b = Full(4 * size), p = Full(peepholes ? 3 * size : 0), cPrev = Full(Rows * size);
        Guarded<T> c = Empty(Rows * size), h = Empty(Rows * size), cache = Empty(Rows * size);
        double[] z = [.. gates.Span.ToArray().Select(value => double.CreateTruncating(value))];
        LstmGates<T>.Forward(
            new() { Rows = Rows, HiddenSize = size, Gates = gates.Span, CellBefore = cPrev.Span, Cell = c.Span, Hidden = h.Span, Cache = cache.Span },
            LstmShape.Plain(size, peepholes), Vectors<T>(b.Span, p.Span));

        NaiveCells.Gates[] expected = [.. Enumerable.Range(0, Rows * size).Select(k => ForwardUnit(z, b, p, cPrev, size, k))];
        for (int k = 0; k < expected.Length; k++)
        {
            int gate = k / size * 4 * size + k % size;
            AssertClose(gates.Span[gate], expected[k].I, tolerance);
            AssertClose(gates.Span[gate + size], expected[k].F, tolerance);
            AssertClose(gates.Span[gate + 2 * size], expected[k].G, tolerance);
            AssertClose(gates.Span[gate + 3 * size], expected[k].O, tolerance);
            AssertClose(c.Span[k], expected[k].C, tolerance);
            AssertClose(h.Span[k], expected[k].H, tolerance);
        }

        int vectors = (peepholes ? 7 : 4) * size;
        Guarded<T> dy = Full(Rows * size), dh = Full(Rows * size), dc = Full(Rows * size);
        Guarded<T> rowGradients = new(Rows * vectors, T.Zero, _ => T.Zero);
        double[] dcNext = [.. dc.Span.ToArray().Select(value => double.CreateTruncating(value))];
        LstmGates<T>.Backward(
            new()
            {
                Rows = Rows,
                HiddenSize = size,
                Gates = gates.Span,
                CellBefore = cPrev.Span,
                Cell = c.Span,
                Cache = cache.Span,
                OutputGradient = dy.Span,
                HiddenGradient = dh.Span,
                CellGradient = dc.Span,
                RowGradients = rowGradients.Span,
            },
            LstmShape.Plain(size, peepholes), Vectors<T>(b.Span, p.Span));
        for (int k = 0; k < expected.Length; k++)
        {
            double gradient = double.CreateTruncating(dy.Span[k]) + double.CreateTruncating(dh.Span[k]);
            (double pi, double pf, double po) = Peepholes(p, size, k % size);
            double before = double.CreateTruncating(cPrev.Span[k]);
            NaiveCells.Gradients wanted = NaiveCells.Backward(expected[k], before, gradient, dcNext[k], pi, pf, po);
            int gate = k / size * 4 * size + k % size, row = k / size * vectors + k % size;
            AssertClose(gates.Span[gate], wanted.I, tolerance);
            AssertClose(gates.Span[gate + size], wanted.F, tolerance);
            AssertClose(gates.Span[gate + 2 * size], wanted.G, tolerance);
            AssertClose(gates.Span[gate + 3 * size], wanted.O, tolerance);
            AssertClose(dc.Span[k], wanted.CPrev, tolerance);
            AssertClose(rowGradients.Span[row + 2 * size], wanted.G, tolerance);
            if (peepholes)
            {
                AssertClose(rowGradients.Span[row + 4 * size], wanted.I * before, tolerance);
                AssertClose(rowGradients.Span[row + 6 * size], wanted.O * expected[k].C, tolerance);
            }
        }

        new[] { gates, b, p, cPrev, c, h, cache, dy, dh, dc, rowGradients }.Should().OnlyContain(buffer => buffer.IsIntact, "size {0}", size);
    }

    private static NaiveCells.Gates ForwardUnit<T>(double[] z, Guarded<T> b, Guarded<T> p, Guarded<T> cPrev, int size, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int u = k % size, gate = k / size * 4 * size + u;
        double Pre(int q, Span<T> bias) => z[gate + q * size] + double.CreateTruncating(bias[q * size + u]);
        (double pi, double pf, double po) = Peepholes(p, size, u);
        return NaiveCells.Forward(
            Pre(0, b.Span), Pre(1, b.Span), Pre(2, b.Span), Pre(3, b.Span), double.CreateTruncating(cPrev.Span[k]), pi, pf, po);
    }

    private static (double I, double F, double O) Peepholes<T>(Guarded<T> p, int size, int u)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => p.Span.IsEmpty
            ? (0, 0, 0)
            : (double.CreateTruncating(p.Span[u]), double.CreateTruncating(p.Span[size + u]), double.CreateTruncating(p.Span[2 * size + u]));

    private static LstmVectors<T> Vectors<T>(ReadOnlySpan<T> bias, ReadOnlySpan<T> peephole)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new() { Bias = bias, Peephole = peephole, CellGain = [], CellShift = [], Clip = T.Zero, Epsilon = T.Zero };

    private static void AssertClose<T>(T actual, double expected, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assert.InRange(double.CreateTruncating(actual), expected - tolerance, expected + tolerance);
}

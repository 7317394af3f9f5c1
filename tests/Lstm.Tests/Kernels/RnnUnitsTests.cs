using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The kernels of an Elman network against their definition, for every number of units to 257, with guards around every buffer.</summary>
public sealed class RnnUnitsTests
{
    private const int Rows = 2;

    [Theory]
    [InlineData(Activation.Tanh, false)]
    [InlineData(Activation.Tanh, true)]
    [InlineData(Activation.Relu, false)]
    [InlineData(Activation.Sigmoid, true)]
    [InlineData(Activation.Identity, false)]
    public void Agree_for_every_size(Activation activation, bool zoneout)
    {
        for (int size = 0; size <= 257; size++)
        {
            Check<float>(size, activation, zoneout, 1e-5);
            Check<double>(size, activation, zoneout, 1e-14);
        }
    }

    private static void Check<T>(int size, Activation activation, bool zoneout, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new((ulong)size, 0);
        List<Guarded<T>> buffers = [];
        Guarded<T> New(int length, Func<int, T>? value = null)
        {
            buffers.Add(new(length, T.NegativeOne, value));
            return buffers[^1];
        }

        T Draw(int _) => T.CreateTruncating(2 * random.NextUniform() - 1);
        Guarded<T> a = New(Rows * size, Draw), b = New(size, Draw), hPrev = New(Rows * size, Draw), h = New(Rows * size);
        Guarded<T> m = New(zoneout ? Rows * size : 0, _ => T.CreateTruncating(random.NextUniform() < 0.5 ? 0 : 1));
        double[] x = [.. Enumerable.Range(0, Rows * size).Select(k => At(a, k) + At(b, k % size))];
        RnnUnits<T>.Forward(
            new()
            {
                Rows = Rows,
                HiddenSize = size,
                Gates = a.Span,
                HiddenBefore = hPrev.Span,
                Hidden = h.Span,
                CellBefore = [],
                Cell = [],
                Cache = [],
                Masks = new() { ZoneoutHidden = m.Span },
            },
            activation, b.Span);
        for (int k = 0; k < x.Length; k++)
        {
            double keep = zoneout ? At(m, k) : 1, y = Activate(activation, x[k]);
            Assert.InRange(At(a, k), y - tolerance, y + tolerance);
            double expected = keep * y + (1 - keep) * At(hPrev, k);
            Assert.InRange(At(h, k), expected - tolerance, expected + tolerance);
        }

        Guarded<T> dy = New(Rows * size, Draw), dh = New(Rows * size, Draw), rowGradients = New(Rows * size, _ => T.One);
        double[] sum = [.. Enumerable.Range(0, Rows * size).Select(k => At(dy, k) + At(dh, k))], next = [.. Enumerable.Range(0, Rows * size).Select(k => At(dh, k))];
        RnnUnits<T>.Backward(
            new()
            {
                Rows = Rows,
                HiddenSize = size,
                Gates = a.Span,
                CellBefore = [],
                Cell = [],
                Cache = [],
                OutputGradient = dy.Span,
                HiddenGradient = dh.Span,
                CellGradient = [],
                RowGradients = rowGradients.Span,
                Masks = new() { ZoneoutHidden = m.Span },
            },
            activation);
        for (int k = 0; k < x.Length; k++)
        {
            double keep = zoneout ? At(m, k) : 1, da = sum[k] * keep * Slope(activation, x[k]);
            double passed = zoneout ? (1 - keep) * sum[k] : next[k];
            Assert.InRange(At(a, k), da - tolerance, da + tolerance);
            Assert.InRange(At(rowGradients, k), 1 + da - tolerance, 1 + da + tolerance);
            Assert.InRange(At(dh, k), passed - tolerance, passed + tolerance);
        }

        buffers.Should().OnlyContain(buffer => buffer.IsIntact, "size {0}", size);
    }

    private static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(0, x),
        Activation.Sigmoid => NaiveGru.Sigmoid(x),
        _ => x,
    };

    private static double Slope(Activation activation, double x) => activation switch
    {
        Activation.Tanh => 1 - Math.Tanh(x) * Math.Tanh(x),
        Activation.Relu => x > 0 ? 1 : 0,
        Activation.Sigmoid => NaiveGru.Sigmoid(x) * (1 - NaiveGru.Sigmoid(x)),
        _ => 1,
    };

    private static double At<T>(Guarded<T> buffer, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(buffer.Span[k]);
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The mixture of two arrays by a mask against its formula, for every length to 70, with guards around every array.</summary>
public sealed class MixtureTests
{
    [Fact]
    public void Forward_in_float() => CheckForward<float>(1e-6);

    [Fact]
    public void Forward_in_double() => CheckForward<double>(1e-15);

    [Fact]
    public void Backward_in_float() => CheckBackward<float>(1e-6);

    [Fact]
    public void Backward_in_double() => CheckBackward<double>(1e-15);

    private static void CheckForward<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int length = 0; length <= 70; length++)
        {
            Guarded<T> m = Mask<T>(length), a = Random<T>(length, 1), b = Random<T>(length, 2), result = new(length, T.NegativeOne);

            Mixture.Forward<T>(m.Span, a.Span, b.Span, result.Span);

            for (int k = 0; k < length; k++)
            {
                double mask = At(m, k);
                Close(result.Span[k], mask * At(a, k) + (1 - mask) * At(b, k), tolerance);
                (mask != 0 || result.Span[k] == b.Span[k]).Should().BeTrue("what is held keeps its bits");
                (mask != 1 || result.Span[k] == a.Span[k]).Should().BeTrue("what is let through keeps its bits");
            }

            new[] { m, a, b, result }.Should().OnlyContain(buffer => buffer.IsIntact, "length {0}", length);
            a.Span.SequenceEqual(Random<T>(length, 1).Span).Should().BeTrue("it is only read");
            b.Span.SequenceEqual(Random<T>(length, 2).Span).Should().BeTrue("it is only read");
        }
    }

    private static void CheckBackward<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int length = 0; length <= 70; length++)
        {
            Guarded<T> m = Mask<T>(length), gradient = Random<T>(length, 1), before = Random<T>(length, 1);
            Guarded<T> other = new(length, T.NegativeOne);

            Mixture.Backward<T>(m.Span, gradient.Span, other.Span);

            for (int k = 0; k < length; k++)
            {
                Close(gradient.Span[k], At(m, k) * At(before, k), tolerance);
                Close(other.Span[k], (1 - At(m, k)) * At(before, k), tolerance);
            }

            new[] { m, gradient, other }.Should().OnlyContain(buffer => buffer.IsIntact, "length {0}", length);
            m.Span.SequenceEqual(Mask<T>(length).Span).Should().BeTrue("it is only read");
        }
    }

    /// <summary>0, 1 and numbers between them.</summary>
    private static Guarded<T> Mask<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(3, 0);
        return new(length, T.NegativeOne, k => T.CreateTruncating(k % 3 < 2 ? k % 3 : random.NextUniform()));
    }

    private static Guarded<T> Random<T>(int length, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = Tests.Numbers.Random(length, seed);
        return new(length, T.NegativeOne, k => T.CreateTruncating(values[k]));
    }

    private static double At<T>(Guarded<T> buffer, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(buffer.Span[k]);

    private static void Close<T>(T actual, double expected, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assert.InRange(double.CreateTruncating(actual), expected - tolerance, expected + tolerance);
}

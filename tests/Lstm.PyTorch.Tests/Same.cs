using System.Globalization;
using System.Numerics;

namespace Lstm.PyTorch.Tests;

/// <summary>Compares numbers with those of PyTorch.</summary>
internal static class Same
{
    /// <summary>How far numbers may lie apart, in parts of the larger one of 1 and the number.</summary>
    public static double Tolerance<T>() => typeof(T) == typeof(double) ? 1e-12 : 2e-5;

    public static void Expect<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        actual.Length.Should().Be(expected.Length, what);
        for (int k = 0; k < actual.Length; k++)
        {
            double ours = double.CreateTruncating(actual[k]), theirs = double.CreateTruncating(expected[k]);
            if (!(Math.Abs(ours - theirs) <= Tolerance<T>() * Math.Max(1, Math.Abs(theirs))))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what}, number {k}: PyTorch has {theirs}, the library {ours}."));
            }
        }
    }
}

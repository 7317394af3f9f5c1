using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm.PublicApi.Tests;

/// <summary>Comparisons of arrays, which name the first element that differs.</summary>
internal static class Same
{
    /// <summary>The same bits.</summary>
    public static void Bits<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!MemoryMarshal.AsBytes(actual).SequenceEqual(MemoryMarshal.AsBytes(expected)))
        {
            int at = actual.CommonPrefixLength(expected);
            bool areBoth = at < actual.Length && at < expected.Length;
            string values = areBoth ? $"element {at} is {actual[at]:r}, not {expected[at]:r}" : "lengths";
            Assert.Fail($"{what} differ: {values}, of {actual.Length} and {expected.Length}");
        }
    }

    /// <summary>The same but for rounding.</summary>
    public static void Nearly(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, string what, double tolerance = 1e-12)
    {
        actual.Length.Should().Be(expected.Length, what);
        for (int k = 0; k < actual.Length; k++)
        {
            if (!(Math.Abs(actual[k] - expected[k]) <= tolerance * Math.Max(1, Math.Abs(expected[k]))))
            {
                Assert.Fail($"{what} differ: element {k} is {actual[k]:r}, not {expected[k]:r}");
            }
        }
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>
/// Numbers so large that their mean is none of the numbers of its type: the variance is right only with the square of what the rounding of
/// the mean has left.
/// </summary>
public sealed class NormalizationFarFromZeroTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(34)]
    [InlineData(256)]
    public void The_variance_is_exact_in_float(int size) => CheckNeighbours(size, (float)(1 << 23));

    [Theory]
    [InlineData(2)]
    [InlineData(34)]
    [InlineData(256)]
    public void The_variance_is_exact_in_double(int size) => CheckNeighbours(size, (double)(1L << 52));

    /// <summary>
    /// Half of the numbers are <paramref name="low"/>, half are the next number, 1 more. Their mean lies 1/2 from both, and is rounded: the
    /// differences to what it is rounded to have a mean square of 1/2 or more. The variance is 1/4.
    /// </summary>
    private static void CheckNeighbours<T>(int size, T low)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Groups = 2;
        T two = T.One + T.One;
        Guarded<T> v = new(Groups * size, T.Zero, k => low + T.CreateChecked(k % 2)), gain = new(Groups * size, T.Zero, _ => T.One);
        Guarded<T> alone = new(size, T.Zero), x = new(Groups * size, T.Zero), y = new(Groups * size, T.Zero), r = new(Groups, T.Zero);
        LayerNormalization<T>.Forward(
            new() { Groups = 1, Size = size, Values = v.Numbers, Normalized = alone.Numbers, Scales = r.Numbers });
        r.Span[0].Should().Be(two);
        LayerNormalization<T>.Forward(new()
        {
            Groups = Groups,
            Size = size,
            Values = v.Numbers,
            Normalized = x.Numbers,
            Scales = r.Numbers,
            Result = y.Numbers,
            Gain = gain.Numbers,
        });

        T[] expected = [.. Enumerable.Range(0, size).Select(k => k % 2 == 0 ? T.NegativeOne : T.One)];
        alone.Span.ToArray().Should().Equal(expected);
        x.Span.ToArray().Should().Equal([.. expected, .. expected]);
        y.Span.ToArray().Should().Equal(x.Span.ToArray(), "the gain is 1");
        r.Span.ToArray().Should().Equal(two, two);
        new[] { v, gain, alone, x, y, r }.Should().OnlyContain(buffer => buffer.IsIntact);
    }
}

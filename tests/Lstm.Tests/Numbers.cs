namespace Lstm.Tests;

/// <summary>Numbers for tests.</summary>
internal static class Numbers
{
    /// <summary>Uniform in [-1, 1), the same for the same seed.</summary>
    public static double[] Random(int length, ulong seed = 3)
    {
        Philox random = new(seed, 0);
        double[] values = new double[length];
        for (int k = 0; k < length; k++)
        {
            values[k] = 2 * random.NextUniform() - 1;
        }

        return values;
    }

    /// <summary>Fails if any element differs by more than the tolerance, in parts of the larger of 1 and its magnitude.</summary>
    public static void ShouldAgree(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double tolerance)
    {
        actual.Length.Should().Be(expected.Length);
        for (int k = 0; k < actual.Length; k++)
        {
            actual[k].Should().BeApproximately(expected[k], tolerance * Math.Max(1, Math.Abs(expected[k])), "of element {0}", k);
        }
    }
}

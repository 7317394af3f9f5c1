using System.Numerics;

namespace Lstm.Tests.Conformance;

/// <summary>One tensor as the reference has it and as the library computes it.</summary>
public sealed record Outcome(string Name, double[] Expected, double[] Actual)
{
    public static Outcome Of<T>(string name, double[] expected, ReadOnlySpan<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = new double[actual.Length];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = double.CreateTruncating(actual[k]);
        }

        return new(name, expected, values);
    }

    /// <summary>Every element, relative to the tensor's largest; NaN is never within a tolerance.</summary>
    public void ShouldBeWithin(double tolerance)
    {
        Actual.Should().HaveSameCount(Expected, "{0} has that shape", Name);
        double scale = Math.Max(Expected.Max(Math.Abs), double.Epsilon);
        for (int k = 0; k < Expected.Length; k++)
        {
            double error = Math.Abs(Actual[k] - Expected[k]) / scale;
            (error <= tolerance).Should().BeTrue(
                "{0}[{1}] should be {2:r} and is {3:r}, an error of {4:g3} of the largest element", Name, k, Expected[k], Actual[k], error);
        }
    }
}

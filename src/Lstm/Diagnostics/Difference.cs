using System.Numerics.Tensors;

namespace Lstm;

/// <summary>Compares numbers that have to agree.</summary>
internal static class Difference
{
    /// <summary>
    /// Returns the index of the first number that differs by more than a tolerance, in parts of the largest expected number; -1 where none
    /// does.
    /// </summary>
    public static int IndexOf(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        double scale = expected.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(expected));
        for (int k = 0; k < expected.Length; k++)
        {
            if (Is(expected[k], actual[k], tolerance * scale))
            {
                return k;
            }
        }

        return -1;
    }

    public static bool Is(double a, double b, double tolerance) => !(a.Equals(b) || Math.Abs(a - b) <= tolerance);
}

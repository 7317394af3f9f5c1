using System.Numerics;

namespace Lstm;

/// <summary>
/// Detects whether weights have grown without bound since a training began: numbers that are not finite then come from the weights, and not
/// from the data.
/// </summary>
internal static class WeightGrowth<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The growth that no sound training comes to, as a multiple of the largest weight at its beginning, or of 1 if that is larger.
    /// </summary>
    private const double Bound = 1e4;

    /// <summary>Returns the largest magnitude of the finite weights.</summary>
    public static double Largest(ParameterCollection<T> parameters) => parameters.Max(LargestOf);

    /// <summary>
    /// Describes how the weights have grown since the training began, when <paramref name="before"/> was their <see cref="Largest"/>; empty
    /// where they have not grown without bound.
    /// </summary>
    public static string Describe(ParameterCollection<T> parameters, double before, long updates, double learningRate)
    {
        Parameter<T>? largest = parameters.MaxBy(LargestOf);
        if (largest is null || LargestOf(largest) <= Bound * Math.Max(1, before))
        {
            return "";
        }

        string number = NonFiniteSearch<T>.Describe(largest.Current, At(largest.Current), largest.Shape);
        return $"The weights have grown without bound: after update {updates:N0}, with the learning rate {learningRate}, "
            + $"{largest.Name} holds {number}, where the largest weight was {before} when the training began. "
            + "Lower the learning rate, or clip the gradients.";
    }

    /// <summary>Returns the largest magnitude, infinity included; 0 where all are NaN or there are none.</summary>
    private static double LargestOf(Parameter<T> parameter) =>
        At(parameter.Current) is int at and >= 0 ? Math.Abs(double.CreateTruncating(parameter.Current[at])) : 0;

    /// <returns>The index of the largest magnitude, infinity included; -1 where all are NaN or there are none.</returns>
    private static int At(ReadOnlySpan<T> values)
    {
        int largest = -1;
        for (int k = 0; k < values.Length; k++)
        {
            if (!T.IsNaN(values[k]) && (largest < 0 || T.Abs(values[k]) > T.Abs(values[largest])))
            {
                largest = k;
            }
        }

        return largest;
    }
}

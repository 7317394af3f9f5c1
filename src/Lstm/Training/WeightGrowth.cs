using System.Globalization;
using System.Numerics;

namespace Lstm;

/// <summary>
/// Detects whether weights have grown without bound since a training began: numbers that are not finite then come from the weights, and not
/// from the data.
/// </summary>
internal static class WeightGrowth
{
    /// <summary>
    /// The growth that no sound training comes to, as a multiple of the largest weight at its beginning, or of 1 if that is larger.
    /// </summary>
    private const double Bound = 1e4;

    /// <summary>Returns the largest magnitude of the finite weights.</summary>
    public static double Largest<T>(ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        parameters.Max(parameter => At(parameter.Current) is int at and >= 0 ? MagnitudeOf(parameter, at) : 0);

    /// <summary>Describes the growth of the weights; empty where they have not grown without bound.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="before">Their <see cref="Largest"/> when the training began.</param>
    /// <param name="updates">The number of updates done.</param>
    /// <param name="learningRate">The learning rate of the last update.</param>
    public static string Describe<T>(ParameterCollection<T> parameters, double before, long updates, double learningRate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T>? largest = parameters
            .Where(parameter => At(parameter.Current) >= 0)
            .MaxBy(parameter => MagnitudeOf(parameter, At(parameter.Current)));
        if (largest is null || MagnitudeOf(largest, At(largest.Current)) <= Bound * Math.Max(1, before))
        {
            return "";
        }

        string number = NonFiniteSearch.Describe(largest.Current, At(largest.Current), largest.Shape);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The weights have grown without bound: after update {updates:N0}, with the learning rate {learningRate}, "
            + $"{largest.Name} holds {number}, "
            + $"where the largest weight was {before} when the training began. Lower the learning rate, or clip the gradients.");
    }

    private static double MagnitudeOf<T>(Parameter<T> parameter, int at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Math.Abs(double.CreateTruncating(parameter.Current[at]));

    /// <returns>The index of the largest magnitude, infinity included; -1 where all are NaN or there are none.</returns>
    private static int At<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
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

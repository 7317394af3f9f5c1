using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>Limits gradients before a step, against the explosions of back-propagation through time.</summary>
public static class GradientClipping
{
    /// <summary>The Euclidean norm over the gradients of all parameters, summed in double: NaN or infinite where a gradient is.</summary>
    public static double GlobalNorm<T>(ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Math.Sqrt(SumOfSquares<T>(parameters.Gradients));
    }

    /// <summary>
    /// Clamps every gradient to [-<paramref name="limit"/>, <paramref name="limit"/>]. An infinite one becomes the limit; NaN stays NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0.</exception>
    public static void ByValue<T>(ParameterCollection<T> parameters, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckLimit(limit, nameof(limit));
        T bound = T.CreateTruncating(limit);
        TensorPrimitives.Clamp(parameters.Gradients, -bound, bound, parameters.Gradients);
    }

    /// <summary>
    /// Scales the gradient of every parameter by itself by min(1, <paramref name="maxNorm"/> / norm), where norm is its own Euclidean norm.
    /// </summary>
    /// <returns>
    /// The largest norm before scaling, NaN if one of them is. A gradient whose norm is NaN or infinite is left as it is: skip the step then.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0.</exception>
    public static double ByNorm<T>(ParameterCollection<T> parameters, double maxNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckLimit(maxNorm, nameof(maxNorm));
        double largest = 0;
        for (int k = 0; k < parameters.Count; k++)
        {
            largest = Math.Max(largest, Clip(parameters[k].Gradient, maxNorm));
        }

        return largest;
    }

    /// <summary>
    /// Scales all gradients together by min(1, <paramref name="maxNorm"/> / norm), where norm is the Euclidean norm over all parameters
    /// (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013).
    /// </summary>
    /// <returns>
    /// The norm before scaling. Where that is NaN or infinite the gradients are left as they are: skip the step then, as an optimiser
    /// would carry the damage into the weights.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0.</exception>
    public static double ByGlobalNorm<T>(ParameterCollection<T> parameters, double maxNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckLimit(maxNorm, nameof(maxNorm));
        return Clip(parameters.Gradients, maxNorm);
    }

    private static double Clip<T>(Span<T> gradients, double maxNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double norm = Math.Sqrt(SumOfSquares<T>(gradients));
        if (norm > maxNorm && double.IsFinite(norm))
        {
            TensorPrimitives.Multiply(gradients, T.CreateTruncating(maxNorm / norm), gradients);
        }

        return norm;
    }

    /// <summary>In double: squares of finite floats overflow in float from 1.8e19 on, just where clipping is needed.</summary>
    private static double SumOfSquares<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int ChunkLength = 512;
        Span<double> chunk = stackalloc double[ChunkLength];
        double sum = 0;
        for (int start = 0; start < values.Length; start += ChunkLength)
        {
            ReadOnlySpan<T> part = values.Slice(start, Math.Min(ChunkLength, values.Length - start));
            TensorPrimitives.ConvertTruncating(part, chunk);
            sum += TensorPrimitives.SumOfSquares<double>(chunk[..part.Length]);
        }

        return sum;
    }

    private static void CheckLimit(double limit, string name)
    {
        if (!(limit > 0))
        {
            throw new ArgumentOutOfRangeException(name, limit, "Expected a limit greater than 0.");
        }
    }
}

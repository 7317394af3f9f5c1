using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>Brings gradients into the limits of <see cref="StepClipping"/>.</summary>
internal static class StepClipper
{
    /// <param name="gradient">What is limited, in place.</param>
    /// <param name="limit">The largest magnitude of an element, or 0 for none.</param>
    /// <param name="norm">The largest Euclidean norm, or 0 for none.</param>
    public static void Clip<T>(Span<T> gradient, double limit, double norm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (limit > 0)
        {
            T bound = T.CreateTruncating(limit);
            TensorPrimitives.Clamp(gradient, -bound, bound, gradient);
        }

        if (norm > 0)
        {
            T length = TensorPrimitives.Norm<T>(gradient), bound = T.CreateTruncating(norm);
            if (length > bound)
            {
                TensorPrimitives.Multiply(gradient, bound / length, gradient);
            }
        }
    }
}

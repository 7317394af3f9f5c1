using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>Brings gradients into the limits of <see cref="StepClipping"/>.</summary>
internal static class StepClipper
{
    /// <param name="gradient">What is limited, in place.</param>
    /// <param name="limit">The largest magnitude of an element, or 0 for none.</param>
    public static void Clip<T>(Span<T> gradient, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (limit > 0)
        {
            T bound = T.CreateTruncating(limit);
            TensorPrimitives.Clamp(gradient, -bound, bound, gradient);
        }
    }

    /// <summary>The factor, 1 at most, that brings a gradient's Euclidean norm to <paramref name="norm"/>.</summary>
    public static T Scale<T>(ReadOnlySpan<T> gradient, double norm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T length = TensorPrimitives.Norm(gradient), bound = T.CreateTruncating(norm);
        return length > bound ? bound / length : T.One;
    }
}

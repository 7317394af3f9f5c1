using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>Brings gradients into the limits of <see cref="StepClipping"/>.</summary>
internal static class StepClipper
{
    /// <exception cref="ArgumentOutOfRangeException">
    /// A limit is neither 0 nor finite and greater than 0 as a number of <typeparamref name="T"/>.
    /// </exception>
    public static void Check<T>(StepClipping limits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check<T>(limits.PreActivationGradient, nameof(limits.PreActivationGradient));
        Check<T>(limits.HiddenGradient, nameof(limits.HiddenGradient));
        Check<T>(limits.PreActivationNorm, nameof(limits.PreActivationNorm));
    }

    /// <param name="gradient">The gradient that is limited, in place.</param>
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

    /// <summary>
    /// Returns the factor, at most 1, that brings a gradient's Euclidean norm to <paramref name="norm"/>; 1 where the gradient's norm is
    /// not finite.
    /// </summary>
    public static GradientFactor<T> Factor<T>(ReadOnlySpan<T> gradient, double norm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => GradientFactor<T>.Of(SquareSum.Of(gradient), norm);

    private static void Check<T>(double limit, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T bound = T.CreateTruncating(limit);
        if (limit != 0 && !(bound > T.Zero && T.IsFinite(bound)))
        {
            throw ArgumentOutOfRange.Error(
                name,
                limit,
                $"Expected a limit that is 0, for none, or greater than 0 as {typeof(T).Name} and finite, but {limit} is {bound}.");
        }
    }
}

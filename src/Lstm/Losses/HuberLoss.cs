using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// An error that is squared near the target and linear beyond <c>delta</c>, so that outliers pull no harder than an error of <c>delta</c>:
/// with <c>d = output - target</c>, effectively <c>d²/2</c> where <c>|d| ≤ delta</c>, else <c>delta (|d| - delta/2)</c> (Huber, "Robust
/// Estimation of a Location Parameter", 1964).
/// </summary>
public static class HuberLoss
{
    /// <summary>
    /// Computes the loss and its gradient with respect to the outputs, <c>clamp(d, -delta, delta)</c>, scaled by the reduction.
    /// </summary>
    /// <param name="outputs">[steps, batch, size].</param>
    /// <param name="targets">[steps, batch, size]; [batch, size] where <paramref name="steps"/> selects last steps alone.</param>
    /// <param name="gradient">
    /// [steps, batch, size], assigned; it may share the memory of <paramref name="outputs"/>; empty to compute the loss alone.
    /// </param>
    /// <param name="delta">The error at which the loss turns linear, in the unit of the outputs, greater than 0; default: 1.</param>
    /// <param name="reduction">
    /// The mean over all numbers that count, <c>Σ w l / Σ w</c> with the weights of their steps, or the sum <c>Σ w l</c>; default: the
    /// mean.
    /// </param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <returns>The loss, computed in double for every element type; 0 where nothing counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Delta is not a finite number greater than 0, or is not one as a <typeparamref name="T"/>; or there is no such reduction.
    /// </exception>
    public static double Evaluate<T>(
        ReadOnlySpan<T> outputs,
        ReadOnlySpan<T> targets,
        Span<T> gradient = default,
        double delta = 1,
        Reduction reduction = Reduction.Mean,
        LossSteps steps = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T bound = Representable.Positive<T>(delta, nameof(delta), nameof(delta));
        return ElementwiseLoss.Evaluate(new HuberError<T>(bound), outputs, targets, gradient, reduction, steps);
    }
}

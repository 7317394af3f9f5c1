using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// An error that is squared near the target and linear beyond <c>delta</c>, so that outliers pull no harder than that: with
/// <c>d = output - target</c>, effectively <c>d²/2</c> where <c>|d| ≤ delta</c>, else <c>delta (|d| - delta/2)</c>
/// (Huber, "Robust Estimation of a Location Parameter", 1964).
/// </summary>
public static class HuberLoss
{
    /// <summary>The loss and its gradient with respect to the outputs, <c>clamp(d, -delta, delta)</c>, by the reduction.</summary>
    /// <param name="outputs">[steps, batch, size].</param>
    /// <param name="targets">[steps, batch, size]; [batch, size] where <paramref name="steps"/> are last ones.</param>
    /// <param name="gradient">[steps, batch, size], assigned; may be the memory of <paramref name="outputs"/>; empty for the loss alone.</param>
    /// <param name="delta">Where the loss turns linear, in the unit of the outputs; greater than 0.</param>
    /// <param name="reduction">Mean over all numbers that count, <c>Σ w l / Σ w</c> with the weights of their steps, or sum <c>Σ w l</c>.</param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <returns>The loss, formed in double whatever the outputs are; 0 where nothing counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Delta is not a finite number greater than 0, or not as a <typeparamref name="T"/>.
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

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The squared error of real targets: effectively <c>mean((outputs - targets)²)</c>, without a factor 1/2.</summary>
public static class MeanSquaredError
{
    /// <summary>
    /// Computes the loss and its gradient with respect to the outputs, <c>2 (outputs - targets)</c>, scaled by the reduction.
    /// </summary>
    /// <param name="outputs">[steps, batch, size].</param>
    /// <param name="targets">[steps, batch, size]; [batch, size] where <paramref name="steps"/> selects last steps alone.</param>
    /// <param name="gradient">
    /// [steps, batch, size], assigned; it may share the memory of <paramref name="outputs"/>; empty to compute the loss alone.
    /// </param>
    /// <param name="reduction">
    /// The mean over all numbers that count, <c>Σ w l / Σ w</c> with the weights of their steps, or the sum <c>Σ w l</c>; default: the
    /// mean.
    /// </param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <returns>The loss, computed in double for every element type; 0 where nothing counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public static double Evaluate<T>(
        ReadOnlySpan<T> outputs,
        ReadOnlySpan<T> targets,
        Span<T> gradient = default,
        Reduction reduction = Reduction.Mean,
        LossSteps steps = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.Evaluate(default(SquaredError<T>), outputs, targets, gradient, reduction, steps);
}

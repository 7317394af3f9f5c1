using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The cross-entropy of independent yes-or-no targets under the sigmoid of logits, in nats: effectively
/// <c>-(t log(sigmoid(x)) + (1-t) log(1 - sigmoid(x)))</c>. It is computed without the logarithm of a number near 0, so that it is finite
/// for every finite logit. For an infinite logit it is the limit, which is 0 where the target agrees with the logit.
/// </summary>
public static class SigmoidCrossEntropy
{
    /// <summary>
    /// Computes the loss and its gradient with respect to the logits, <c>sigmoid(logits) - targets</c>, scaled by the reduction.
    /// </summary>
    /// <param name="logits">[steps, batch, size].</param>
    /// <param name="targets">
    /// [steps, batch, size] probabilities, such as 0 and 1; [batch, size] where <paramref name="steps"/> selects last steps alone.
    /// </param>
    /// <param name="gradient">
    /// [steps, batch, size], assigned; it may share the memory of <paramref name="logits"/>; empty to compute the loss alone.
    /// </param>
    /// <param name="reduction">
    /// The mean over all numbers that count, <c>Σ w l / Σ w</c> with the weights of their steps, or the sum <c>Σ w l</c>; default: the
    /// mean.
    /// </param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <returns>The loss in nats; 0 where nothing counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public static double Evaluate<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        Span<T> gradient = default,
        Reduction reduction = Reduction.Mean,
        LossSteps steps = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.Evaluate(default(SigmoidError<T>), logits, targets, gradient, reduction, steps);
}

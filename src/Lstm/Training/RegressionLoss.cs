using System.Numerics;

namespace Lstm;

/// <summary>
/// A loss of numbers and their targets, from which a task can choose. Derive from this class to write a loss of your own.
/// </summary>
public abstract class RegressionLoss
{
    /// <summary>The <see cref="Lstm.MeanSquaredError"/>.</summary>
    public static RegressionLoss SquaredError { get; } = new Squared();

    /// <summary>The <see cref="Lstm.SigmoidCrossEntropy"/> of logits, for yes-or-no targets.</summary>
    public static RegressionLoss SigmoidCrossEntropy { get; } = new Sigmoid();

    /// <summary>Creates a loss that is the <see cref="Lstm.HuberLoss"/>.</summary>
    /// <param name="delta">The error at which the loss turns linear, in the unit of the outputs; default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not a finite number greater than 0.</exception>
    public static RegressionLoss Huber(double delta = 1) => new HuberOf(Arguments.Positive(delta, nameof(delta)));

    /// <summary>Computes the mean over all numbers that count, and its gradient.</summary>
    /// <param name="outputs">[steps, batch, size].</param>
    /// <param name="targets">[steps, batch, size].</param>
    /// <param name="gradient">[steps, batch, size], assigned; empty to compute the loss alone.</param>
    /// <param name="steps">The steps that count, and their weights.</param>
    public abstract double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, LossSteps steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private sealed class Squared : RegressionLoss
    {
        public override double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, LossSteps steps) =>
            MeanSquaredError.Evaluate(outputs, targets, gradient, Reduction.Mean, steps);
    }

    private sealed class Sigmoid : RegressionLoss
    {
        public override double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, LossSteps steps) =>
            Lstm.SigmoidCrossEntropy.Evaluate(outputs, targets, gradient, Reduction.Mean, steps);
    }

    private sealed class HuberOf(double delta) : RegressionLoss
    {
        public override double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, LossSteps steps) =>
            Lstm.HuberLoss.Evaluate(outputs, targets, gradient, delta, Reduction.Mean, steps);
    }
}

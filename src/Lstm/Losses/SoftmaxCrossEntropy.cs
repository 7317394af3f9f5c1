using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The cross-entropy of class targets under the softmax of logits, in nats: for a row, effectively
/// <c>-log(exp(logits[target]) / sum(exp(logits)))</c>, computed with the largest logit subtracted, so that no exponential overflows.
/// </summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>The loss and its gradient with respect to the logits, <c>softmax(logits) - onehot(target)</c>, by the reduction.</summary>
    /// <param name="logits">[rows, classes]; rows are the steps and sequences of a window, [steps, batch, classes].</param>
    /// <param name="targets">[rows] classes in [0, classes), or <paramref name="ignoreIndex"/>.</param>
    /// <param name="gradient">[rows, classes], assigned; may be the memory of <paramref name="logits"/>.</param>
    /// <param name="reduction">Mean or sum over the rows that count.</param>
    /// <param name="ignoreIndex">A target whose rows count neither in the sum nor in the mean and have gradient 0; null for none.</param>
    /// <returns>The loss in nats; 0 where no row counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a target is out of range.</exception>
    public static double Evaluate<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        Reduction reduction = Reduction.Mean,
        int? ignoreIndex = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gradient.Length != logits.Length)
        {
            throw new ArgumentException($"Expected {logits.Length} numbers, the shape of the logits, but got {gradient.Length}.", nameof(gradient));
        }

        int classes = CheckShapes(logits.Length, targets, ignoreIndex);
        int counted = targets.Length - (ignoreIndex is int ignored ? targets.Count(ignored) : 0);
        T weight = reduction == Reduction.Mean ? T.One / T.CreateTruncating(Math.Max(1, counted)) : T.One;
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            Span<T> rowGradient = gradient.Slice(row * classes, classes);
            if (targets[row] == ignoreIndex)
            {
                rowGradient.Clear();
                continue;
            }

            ReadOnlySpan<T> rowLogits = logits.Slice(row * classes, classes);
            T logit = rowLogits[targets[row]];
            T total = Softmax.SumOfExponentials(rowLogits, rowGradient, out T max);  // gradient = exp(logits - max)
            sum += Loss(max, logit, total);
            Softmax.Scale(rowGradient, weight / total);
            rowGradient[targets[row]] -= weight;
        }

        return reduction == Reduction.Mean ? sum / Math.Max(1, counted) : sum;
    }

    /// <summary>The loss alone.</summary>
    /// <inheritdoc cref="Evaluate{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, Span{T}, Reduction, int?)"/>
    public static double Evaluate<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean, int? ignoreIndex = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = CheckShapes(logits.Length, targets, ignoreIndex);
        int counted = 0;
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            if (targets[row] != ignoreIndex)
            {
                ReadOnlySpan<T> rowLogits = logits.Slice(row * classes, classes);
                T total = Softmax.SumOfExponentials(rowLogits, [], out T max);
                sum += Loss(max, rowLogits[targets[row]], total);
                counted++;
            }
        }

        return reduction == Reduction.Mean ? sum / Math.Max(1, counted) : sum;
    }

    /// <summary>log(total * exp(max)) - logit, without forming the large terms that cancel.</summary>
    private static double Loss<T>(T max, T logit, T total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        double.CreateTruncating(max) - double.CreateTruncating(logit) + Math.Log(double.CreateTruncating(total));

    private static int CheckShapes(int logits, ReadOnlySpan<int> targets, int? ignoreIndex)
    {
        if (targets.IsEmpty || logits == 0 || logits % targets.Length != 0)
        {
            throw new ArgumentException(
                $"Expected a target for each row of logits [rows, classes], but {targets.Length} targets do not divide {logits} logits.",
                nameof(targets));
        }

        int classes = logits / targets.Length;
        for (int row = 0; row < targets.Length; row++)
        {
            if ((uint)targets[row] >= (uint)classes && targets[row] != ignoreIndex)
            {
                throw new ArgumentException($"Expected classes in [0, {classes}), but target {row} is {targets[row]}.", nameof(targets));
            }
        }

        return classes;
    }
}

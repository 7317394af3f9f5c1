using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>
/// A metric of predicted classes. The predicted class is that of the largest logit, and of equal logits that of the first.
/// </summary>
public abstract class ClassMetric : Metric
{
    /// <inheritdoc cref="Metric(string, int)"/>
    protected ClassMetric(string name, int sums)
        : base(name, sums)
    {
    }

    /// <summary>Adds the predictions of a batch to the sums.</summary>
    /// <param name="logits">[rows, classes]; rows are the steps and sequences of a window, [steps, batch, classes].</param>
    /// <param name="targets">[rows] classes; [batch] where <paramref name="steps"/> selects last steps alone.</param>
    /// <param name="ignoreIndex">The target whose rows do not count; default: none.</param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a target is out of range.</exception>
    public void Add<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, int? ignoreIndex = null, LossSteps steps = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = steps.Rows(otherwise: targets.Length), expected = steps.TargetRows(otherwise: rows);
        if (targets.Length != expected || rows == 0 || logits.IsEmpty || logits.Length % rows != 0)
        {
            throw new ArgumentException(
                $"Expected logits [{rows}, classes] and {expected} targets, but got {logits.Length} logits and {targets.Length} targets.",
                nameof(targets));
        }

        int classes = logits.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            int target = targets[steps.Target(row)];
            double weight = target == ignoreIndex ? 0 : steps.Weight(row);
            if (weight > 0)
            {
                CheckTarget(target, classes);
                Count(TensorPrimitives.IndexOfMax(logits.Slice(row * classes, classes)), target, weight);
            }
        }
    }

    /// <summary>Adds a row that counts to <see cref="Metric.Sums"/>.</summary>
    /// <param name="predicted">The class of the largest logit.</param>
    /// <param name="target">The true class.</param>
    /// <param name="weight">The weight of the row, greater than 0.</param>
    protected abstract void Count(int predicted, int target, double weight);

    private static void CheckTarget(int target, int classes)
    {
        if ((uint)target >= (uint)classes)
        {
            throw new ArgumentException($"Expected targets in [0, {classes}), but got {target}.", nameof(target));
        }
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The cross-entropy of class targets under the softmax of logits, in nats: for a row, effectively
/// <c>-log(exp(logits[target]) / sum(exp(logits)))</c>, computed with the largest logit subtracted, so that no exponential overflows.
/// </summary>
public static class SoftmaxCrossEntropy
{
    private const int LogitsPerThread = 1 << 14;

    /// <summary>
    /// Computes the loss and its gradient with respect to the logits, <c>softmax(logits) - onehot(target)</c>, scaled by the reduction.
    /// </summary>
    /// <param name="logits">[rows, classes]; rows are the steps and sequences of a window, [steps, batch, classes].</param>
    /// <param name="targets">
    /// [rows] classes in [0, classes), or <paramref name="ignoreIndex"/>; [batch] where <paramref name="steps"/> selects last steps alone.
    /// </param>
    /// <param name="gradient">
    /// [rows, classes], assigned; it may share the memory of <paramref name="logits"/>; empty to compute the loss alone.
    /// </param>
    /// <param name="reduction">
    /// The mean over the rows that count, <c>Σ w l / Σ w</c> with their weights, or the sum <c>Σ w l</c>; default: the mean.
    /// </param>
    /// <param name="ignoreIndex">The target whose rows count neither in the sum nor in the mean and have gradient 0; default: none.</param>
    /// <param name="labelSmoothing">
    /// The share of the target, in [0, 1], that is spread evenly over all classes; default: 0 (Szegedy et al., "Rethinking the Inception
    /// Architecture for Computer Vision", 2016).
    /// </param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <param name="threads">
    /// The largest number of threads among which many logits are shared; default: 0, for one per processor. The results have the same bits
    /// for any number.
    /// </param>
    /// <returns>
    /// The loss in nats. It is 0 where no row counts, and infinite where a class that has a share of the target has probability 0, such as
    /// a class whose logit is minus infinity. The gradient contains no NaN in that case.
    /// </returns>
    /// <exception cref="ArgumentException">A length does not fit, or a target is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such reduction; the label smoothing is not in [0, 1], or the share of each class would be 0 as a
    /// <typeparamref name="T"/>; or the number of threads is out of its range.
    /// </exception>
    public static double Evaluate<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        Reduction reduction = Reduction.Mean,
        int? ignoreIndex = null,
        double labelSmoothing = 0,
        LossSteps steps = default,
        int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradient.IsEmpty && gradient.Length != logits.Length)
        {
            throw new ArgumentException(
                $"Expected {logits.Length} numbers, the shape of the logits, but got {gradient.Length}.", nameof(gradient));
        }

        threads = Arguments.Threads(threads, nameof(threads));
        int rows = steps.Rows(otherwise: targets.Length);
        CheckShapes(logits.Length, rows, targets.Length, steps);
        int classes = logits.Length / rows;
        CheckSmoothing<T>(labelSmoothing, classes);
        LossReduction reduced = default;
        reduced.Begin(reduction, TotalWeight(targets, classes, rows, ignoreIndex, steps));
        Blocks blocks = new(rows, length: 1);
        Span<WideSum> losses = stackalloc WideSum[blocks.Count];
        RowWork<T> work = new()
        {
            Blocks = blocks,
            Slices = blocks.Slices(threads, 1 + LogitsPerThread / classes),
            Logits = logits,
            Targets = targets,
            Gradient = gradient,
            Losses = losses,
            Steps = steps,
            IgnoreIndex = ignoreIndex,
            Reduction = reduced,
            UnitScale = reduced.Scale(1),
            LabelSmoothing = labelSmoothing,
        };
        SlicedWork<RowWork<T>>.Run(work.Slices, ref work);
        WideSum sum = default;
        double usual = 0;
        foreach (ref readonly WideSum loss in losses)
        {
            if (loss.Exponent == 0)
            {
                usual += loss.Value;
            }
            else
            {
                sum.Add(loss.Total);
            }
        }

        sum.Add(usual, 1);
        return reduced.Apply(sum);
    }

    /// <summary>Computes the loss alone.</summary>
    /// <inheritdoc cref="Evaluate{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, Span{T}, Reduction, int?, double, LossSteps, int)"/>
    public static double Evaluate<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        Reduction reduction = Reduction.Mean,
        int? ignoreIndex = null,
        double labelSmoothing = 0,
        LossSteps steps = default,
        int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Evaluate(logits, targets, [], reduction, ignoreIndex, labelSmoothing, steps, threads);

    /// <summary>Adds the weighted losses of the rows [first, end) to a sum.</summary>
    private static void EvaluateRows<T>(in RowWork<T> work, int first, int end, ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = work.Logits.Length / work.Steps.Rows(otherwise: work.Targets.Length);
        double usual = 0, scaledWeight = 1, scale = work.UnitScale;
        T factor = T.CreateTruncating(scale);
        for (int row = first; row < end; row++)
        {
            Span<T> rowGradient = work.Gradient.IsEmpty ? [] : work.Gradient.Slice(row * classes, classes);
            int target = work.Targets[work.Steps.Target(row)];
            double weight = target == work.IgnoreIndex ? 0 : work.Steps.Weight(row);
            if (weight == 0)
            {
                rowGradient.Clear();
                continue;
            }

            if (weight != scaledWeight)
            {
                (scaledWeight, scale) = (weight, work.Reduction.Scale(weight));
                factor = T.CreateTruncating(scale);
            }

            ReadOnlySpan<T> rowLogits = work.Logits.Slice(row * classes, classes);
            if (work.LabelSmoothing > 0 || !T.IsFinite(factor))
            {
                SoftmaxRow.Add(rowLogits, target, rowGradient, scale, work.LabelSmoothing, weight, ref sum);
                continue;
            }

            T logit = rowLogits[target];
            double loss = SoftmaxRow.Evaluate(rowLogits, target, rowGradient, factor, out T max, out T total), product = weight * loss;
            if (WideSum.IsUsual(product))
            {
                usual += product;
            }
            else
            {
                SoftmaxRow.AddWidely(max, logit, total, weight, ref sum);
            }
        }

        sum.Add(usual, 1);
    }

    private static void CheckShapes(int logits, int rows, int targets, LossSteps steps)
    {
        if (rows == 0 || logits == 0 || logits % rows != 0)
        {
            throw rows == targets
                ? new ArgumentException(
                    $"Expected a target for each row of logits [rows, classes], but {targets} targets do not divide {logits} logits.",
                    nameof(targets))
                : new ArgumentException(
                    $"Expected logits [steps, batch, classes] for {rows} steps of sequences, but got {logits}.", nameof(logits));
        }

        int expected = steps.TargetRows(otherwise: rows);
        if (targets != expected)
        {
            throw new ArgumentException($"Expected {expected} targets for these steps, but got {targets}.", nameof(targets));
        }
    }

    /// <summary>Computes the total weight of the rows that count, and checks their targets; the other rows may have any target.</summary>
    private static WideSum TotalWeight(ReadOnlySpan<int> targets, int classes, int rows, int? ignoreIndex, LossSteps steps)
    {
        double usual = 0;
        WideSum total = default;
        for (int row = 0; row < rows; row++)
        {
            int target = steps.Target(row);
            double weight = targets[target] == ignoreIndex ? 0 : steps.Weight(row);
            if (weight != 0 && (uint)targets[target] >= (uint)classes)
            {
                throw new ArgumentException(
                    $"Expected classes in [0, {classes}), but target {target} is {targets[target]}.", nameof(targets));
            }

            if (weight == 0 || WideSum.IsUsual(weight))
            {
                usual += weight;
            }
            else
            {
                total.Add(weight, 1);
            }
        }

        total.Add(usual, 1);
        return total;
    }

    private static void CheckSmoothing<T>(double labelSmoothing, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (labelSmoothing is not (>= 0 and <= 1))
        {
            throw ArgumentOutOfRange.Error(nameof(labelSmoothing), labelSmoothing, "Expected a share in [0, 1].");
        }

        if (labelSmoothing > 0)
        {
            Representable.Positive<T>(labelSmoothing / classes, "a share of the label smoothing for each class", nameof(labelSmoothing));
        }
    }

    private ref struct RowWork<T> : ISlicedWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Blocks Blocks;
        public int Slices;
        public ReadOnlySpan<T> Logits;
        public ReadOnlySpan<int> Targets;
        public Span<T> Gradient;
        public Span<WideSum> Losses;
        public LossSteps Steps;
        public int? IgnoreIndex;
        public LossReduction Reduction;
        public double UnitScale, LabelSmoothing;

        public readonly void Run(int slice)
        {
            (int first, int end) = WorkerTeam.Slice(Blocks.Count, slice, Slices);
            for (int block = first; block < end; block++)
            {
                (int start, int stop) = Blocks[block];
                EvaluateRows(this, start, stop, ref Losses[block]);
            }
        }
    }
}

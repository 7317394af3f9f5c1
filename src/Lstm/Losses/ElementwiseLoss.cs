using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The parts that the losses of single numbers share: shapes, weights and reduction.</summary>
internal static class ElementwiseLoss
{
    /// <summary>Computes Σ_r w_r Σ_k loss(outputs[r,k], targets[r,k]), divided by (number of k) * Σ_r w_r for the mean.</summary>
    public static double Evaluate<T, TLoss>(
        in TLoss loss, ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, Reduction reduction, LossSteps steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementLoss<T>
    {
        int rows = steps.Rows(otherwise: 1), size = CheckShapes(outputs.Length, targets.Length, gradient.Length, steps);
        LossReduction losses = default;
        losses.Begin(reduction, steps.TotalWeight(rows) * size);
        WideSum sum = default;
        double usual = 0;
        for (int row = 0, end; row < rows; row = end)
        {
            end = steps.EndOfRun(row, rows);
            double weight = steps.Weight(row);
            int start = row * size, length = (end - row) * size;
            Span<T> runGradient = gradient.IsEmpty ? [] : gradient.Slice(start, length);
            if (weight == 0)
            {
                runGradient.Clear();
                continue;
            }

            ReadOnlySpan<T> runTargets = targets.Slice(steps.Target(row) * size, length);
            usual += ElementLosses.Evaluate(loss, outputs.Slice(start, length), runTargets, runGradient, weight, losses, ref sum);
        }

        sum.Add(usual, 1);
        return losses.Apply(sum);
    }

    /// <returns>The number of elements in a row.</returns>
    private static int CheckShapes(int outputs, int targets, int gradient, LossSteps steps)
    {
        int rows = steps.Rows(otherwise: 1), size = outputs / rows;
        if (outputs == 0 || outputs % rows != 0)
        {
            throw new ArgumentException(
                $"Expected outputs [steps, batch, size] for {rows} steps of sequences, but got {outputs} numbers.", nameof(outputs));
        }

        int expected = steps.TargetRows(otherwise: 1) * size;
        if (targets != expected)
        {
            throw new ArgumentException($"Expected {expected} targets for {outputs} outputs, but got {targets}.", nameof(targets));
        }

        return gradient == 0 || gradient == outputs
            ? size
            : throw new ArgumentException(
                $"Expected {outputs} numbers, the shape of the outputs, or none, but got {gradient}.", nameof(gradient));
    }
}

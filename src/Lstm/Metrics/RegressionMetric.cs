using System.Numerics;

namespace Lstm;

/// <summary>A metric that compares numbers with their targets, one by one.</summary>
public abstract class RegressionMetric : Metric
{
    /// <inheritdoc cref="Metric(string, int)"/>
    protected RegressionMetric(string name, int sums)
        : base(name, sums)
    {
    }

    /// <summary>Adds the predictions of a batch to the sums.</summary>
    /// <param name="outputs">[steps, batch, size].</param>
    /// <param name="targets">[steps, batch, size]; [batch, size] where <paramref name="steps"/> selects last steps alone.</param>
    /// <param name="steps">The steps that count, and their weights; default: all, with weight 1.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Add<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, LossSteps steps = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = steps.Rows(otherwise: 1), size = outputs.Length / rows, expected = steps.TargetRows(otherwise: 1) * size;
        if (outputs.IsEmpty || outputs.Length % rows != 0 || targets.Length != expected)
        {
            throw new ArgumentException(
                $"Expected outputs [{rows}, size] and {expected} targets, but got {outputs.Length} outputs and {targets.Length} targets.",
                nameof(targets));
        }

        for (int row = 0; row < rows; row++)
        {
            double weight = steps.Weight(row);
            if (weight > 0)
            {
                Count(outputs.Slice(row * size, size), targets.Slice(steps.Target(row) * size, size), weight);
            }
        }
    }

    /// <summary>Adds a number that counts to <see cref="Metric.Sums"/>.</summary>
    /// <param name="output">The number.</param>
    /// <param name="target">Its target.</param>
    /// <param name="weight">The weight of the number, greater than 0.</param>
    protected abstract void Count(double output, double target, double weight);

    private void Count<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < outputs.Length; k++)
        {
            Count(double.CreateTruncating(outputs[k]), double.CreateTruncating(targets[k]), weight);
        }
    }
}

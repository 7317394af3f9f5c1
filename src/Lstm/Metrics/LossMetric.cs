namespace Lstm;

/// <summary>A metric that is a function of the mean loss: <c>f(Σ w l / Σ w)</c>.</summary>
public abstract class LossMetric : Metric
{
    /// <summary>Creates a metric that has counted nothing yet.</summary>
    /// <param name="name">The name of the metric in results.</param>
    protected LossMetric(string name)
        : base(name, sums: 4)
    {
    }

    /// <inheritdoc/>
    public sealed override double Value => Total(1).IsZero ? double.NaN : FromLoss((double)(Total(0) / Total(1)));

    /// <summary>Adds the mean loss of a batch to the sums.</summary>
    /// <param name="meanLoss">The mean over the targets of a batch.</param>
    /// <param name="weight">The number of these targets, or the sum of their weights; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative or not finite.</exception>
    public void Add(double meanLoss, double weight)
    {
        Arguments.NonNegative(weight, nameof(weight));
        if (weight > 0)
        {
            Accumulate(0, weight, meanLoss);
            Accumulate(1, weight);
        }
    }

    /// <summary>Computes the metric from the mean loss over all targets.</summary>
    protected abstract double FromLoss(double meanLoss);
}

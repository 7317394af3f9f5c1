namespace Lstm;

/// <summary>A metric that is a function of the mean loss: <c>f(Σ w l / Σ w)</c>.</summary>
public abstract class LossMetric : Metric
{
    /// <summary>A metric that has counted nothing yet.</summary>
    /// <param name="name">What it is called in results.</param>
    protected LossMetric(string name)
        : base(name, sums: 4)
    {
    }

    /// <inheritdoc/>
    public sealed override double Value => Total(1).IsZero ? double.NaN : FromLoss((double)(Total(0) / Total(1)));

    /// <summary>Takes notice of a loss.</summary>
    /// <param name="meanLoss">The mean over the targets of a batch.</param>
    /// <param name="weight">Their number, or the sum of their weights; 0 or more.</param>
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

    /// <summary>The metric of a mean loss.</summary>
    protected abstract double FromLoss(double meanLoss);
}

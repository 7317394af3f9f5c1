namespace Lstm;

/// <summary>
/// The exponential of the mean cross-entropy in nats: the number of equally likely classes among which a choice would be as uncertain.
/// </summary>
public sealed class Perplexity() : LossMetric("perplexity")
{
    /// <inheritdoc/>
    protected override double FromLoss(double meanLoss) => Math.Exp(meanLoss);
}

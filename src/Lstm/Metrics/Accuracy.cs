namespace Lstm;

/// <summary>The share of rows whose largest logit is that of the target: <c>Σ w [predicted = target] / Σ w</c>.</summary>
public sealed class Accuracy() : ClassMetric("accuracy", sums: 2)
{
    /// <inheritdoc/>
    public override double Value => Sums[0] / Sums[1];

    /// <inheritdoc/>
    protected override void Count(int predicted, int target, double weight)
    {
        Sums[0] += predicted == target ? weight : 0;
        Sums[1] += weight;
    }
}

namespace Lstm;

/// <summary>The share of rows whose largest logit is that of the target: <c>Σ w [predicted = target] / Σ w</c>.</summary>
public sealed class Accuracy() : ClassMetric("accuracy", sums: 4)
{
    /// <inheritdoc/>
    public override double Value => (double)(Total(0) / Total(1));

    /// <inheritdoc/>
    protected override void Count(int predicted, int target, double weight)
    {
        Accumulate(0, weight, predicted == target ? 1 : 0);
        Accumulate(1, weight);
    }
}

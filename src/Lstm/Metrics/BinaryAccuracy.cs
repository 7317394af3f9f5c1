namespace Lstm;

/// <summary>The share of yes-or-no targets (yes from 0.5 on) that the sign of the logit tells: yes where it is greater than 0.</summary>
public sealed class BinaryAccuracy() : ValueMetric("accuracy", sums: 2)
{
    /// <inheritdoc/>
    public override double Value => Sums[0] / Sums[1];

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        Sums[0] += output > 0 == target >= 0.5 ? weight : 0;
        Sums[1] += weight;
    }
}

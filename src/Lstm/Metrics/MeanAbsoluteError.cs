namespace Lstm;

/// <summary>The mean of <c>|output - target|</c>.</summary>
public sealed class MeanAbsoluteError() : ValueMetric("MAE", sums: 2)
{
    /// <inheritdoc/>
    public override double Value => Sums[0] / Sums[1];

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        Sums[0] += weight * Math.Abs(output - target);
        Sums[1] += weight;
    }
}

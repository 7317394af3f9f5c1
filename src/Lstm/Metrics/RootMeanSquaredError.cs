namespace Lstm;

/// <summary>The square root of the mean of <c>(output - target)²</c>.</summary>
public sealed class RootMeanSquaredError() : ValueMetric("RMSE", sums: 2)
{
    /// <inheritdoc/>
    public override double Value => Math.Sqrt(Sums[0] / Sums[1]);

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        double d = output - target;
        Sums[0] += weight * d * d;
        Sums[1] += weight;
    }
}

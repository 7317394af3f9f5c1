using Lstm.Numerics;

namespace Lstm;

/// <summary>The mean of <c>|output - target|</c>.</summary>
public sealed class MeanAbsoluteError() : RegressionMetric("MAE", sums: 4)
{
    /// <inheritdoc/>
    public override double Value => (double)(Total(0) / Total(1));

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        double d = Math.Abs(output - target);
        if (double.IsFinite(d))
        {
            Accumulate(0, weight, d);
        }
        else
        {
            Accumulate(0, weight * Wide.Abs((Wide)output - target));
        }

        Accumulate(1, weight);
    }
}

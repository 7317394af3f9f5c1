using Lstm.Numerics;

namespace Lstm;

/// <summary>The square root of the mean of <c>(output - target)²</c>.</summary>
public sealed class RootMeanSquaredError() : RegressionMetric("RMSE", sums: 4)
{
    /// <inheritdoc/>
    public override double Value => (double)Wide.SquareRoot(Total(0) / Total(1));

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        double d = output - target, square = d * d;
        if (WideSum.IsUsual(square) || d == 0)
        {
            Accumulate(0, weight, square);
        }
        else
        {
            Wide wide = (Wide)output - target;
            Accumulate(0, weight * wide * wide);
        }

        Accumulate(1, weight);
    }
}

namespace Lstm;

/// <summary>
/// The share of yes-or-no targets (yes from 0.5 on) that the sign of the logit predicts; a logit greater than 0 predicts yes.
/// </summary>
public sealed class BinaryAccuracy() : RegressionMetric("accuracy", sums: 4)
{
    /// <inheritdoc/>
    public override double Value => (double)(Total(0) / Total(1));

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        Accumulate(0, weight, output > 0 == target >= 0.5 ? 1 : 0);
        Accumulate(1, weight);
    }
}

namespace Lstm;

/// <summary>
/// The harmonic mean of precision and recall of yes-or-no targets (yes from 0.5 on), where a logit greater than 0 predicts yes:
/// <c>2 hits / (predicted + actual)</c> over all targets (micro-averaged). It is 0 where neither a logit nor a target says yes.
/// </summary>
public sealed class BinaryF1() : RegressionMetric("F1", sums: 8)
{
    /// <inheritdoc/>
    public override double Value => F1Score.Of(Total(0), Total(1), Total(2), Total(3));

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        bool predicted = output > 0, actual = target >= 0.5;
        Accumulate(0, weight, predicted && actual ? 1 : 0);
        Accumulate(1, weight, predicted ? 1 : 0);
        Accumulate(2, weight, actual ? 1 : 0);
        Accumulate(3, weight);
    }
}

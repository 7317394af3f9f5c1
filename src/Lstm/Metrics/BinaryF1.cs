namespace Lstm;

/// <summary>
/// The harmonic mean of precision and recall of yes-or-no targets (yes from 0.5 on) under logits, of which one greater than 0 says yes:
/// <c>2 hits / (predicted + actual)</c> over all of them (micro-averaged).
/// </summary>
public sealed class BinaryF1() : ValueMetric("F1", sums: 3)
{
    /// <inheritdoc/>
    public override double Value => 2 * Sums[0] / (Sums[1] + Sums[2]);

    /// <inheritdoc/>
    protected override void Count(double output, double target, double weight)
    {
        bool predicted = output > 0, actual = target >= 0.5;
        Sums[0] += predicted && actual ? weight : 0;
        Sums[1] += predicted ? weight : 0;
        Sums[2] += actual ? weight : 0;
    }
}

namespace Lstm;

/// <summary>The statistics of a state at one step, over all units and sequences.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The square root of the mean squared distance from the mean.</param>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
public readonly record struct ActivationStatistics(double Mean, double StandardDeviation, double Min, double Max)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(ActivationStatistics), PrintMembers);
}

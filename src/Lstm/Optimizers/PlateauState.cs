namespace Lstm;

/// <summary>What a <see cref="ReduceOnPlateau"/> remembers.</summary>
/// <param name="Rate">The present rate.</param>
/// <param name="Best">The best loss, infinite before the first.</param>
/// <param name="BadReports">The reports in turn that were not better.</param>
/// <param name="Cooldown">The reports that will not be counted.</param>
public readonly record struct PlateauState(double Rate, double Best, int BadReports, int Cooldown)
{
    /// <exception cref="ArgumentOutOfRangeException">No plateau has such a state.</exception>
    internal void Check(string name)
    {
        // A rate may have fallen below what the constructor takes.
        Arguments.Rate(Rate > 0 ? Math.Max(Rate, float.Epsilon) : Rate, name);
        Arguments.AtLeast(0, Math.Min(BadReports, Cooldown), name);
        if (double.IsNaN(Best))
        {
            throw ArgumentOutOfRange.Error(name, this, "Expected a best loss that is a number.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(PlateauState), PrintMembers);
}

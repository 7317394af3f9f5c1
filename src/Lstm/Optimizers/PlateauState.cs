namespace Lstm;

/// <summary>The state of a <see cref="ReduceOnPlateau"/>.</summary>
/// <param name="Rate">The present rate.</param>
/// <param name="Best">The best loss; infinite before the first report.</param>
/// <param name="BadReports">The number of reports in a row that were not better.</param>
/// <param name="Cooldown">The number of reports to come that will not be counted.</param>
public readonly record struct PlateauState(double Rate, double Best, int BadReports, int Cooldown)
{
    /// <exception cref="ArgumentOutOfRangeException">No plateau has such a state.</exception>
    internal void Check(string name)
    {
        // A rate may have fallen below what the constructor accepts.
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

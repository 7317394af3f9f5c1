namespace SpeakerClassification;

/// <summary>A row of the table: the accuracies of a model on the test utterances, one for each seed.</summary>
internal sealed record AccuracyRow(string Model, IReadOnlyList<double> Accuracies, double? Seconds)
{
    /// <summary>The one in the middle, or the mean of the two there.</summary>
    public double Median
    {
        get
        {
            double[] ordered = [.. Accuracies.Order()];
            return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
        }
    }

    public static string TableOf(params IEnumerable<AccuracyRow> rows) => TextTable.Draw(
        ["", "test accuracy (median)", "from", "to", "seconds each"],
        rows.Select(row => (string[])[row.Model, Percent(row.Median), Percent(row.Accuracies.Min()), Percent(row.Accuracies.Max()), $"{row.Seconds:F1}"]));

    private static string Percent(double share) => $"{100 * share:F2} %";
}

using System.Globalization;

namespace Lstm.Tests.Histories;

/// <summary>How many histories had a feature, and the worst error of these.</summary>
internal sealed class HistoryTable
{
    private readonly SortedDictionary<string, (int Count, double Worst)> _rows = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public void Add(History history, double worst)
    {
        Count++;
        foreach (string feature in history.Features().Prepend("all"))
        {
            (int count, double before) = _rows.GetValueOrDefault(feature);
            _rows[feature] = (count + 1, Math.Max(before, worst));
        }
    }

    /// <param name="path">The file; null for none.</param>
    public void Write(string? path)
    {
        if (path != null)
        {
            IEnumerable<string> rows = _rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"| {row.Key} | {row.Value.Count:N0} | {row.Value.Worst:0.0e+0} |"));
            File.WriteAllLines(path, ["| feature | histories | worst relative error |", "|---|---|---|", .. rows]);
        }
    }
}

using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>How many times as long as its rival each system takes over all cases.</summary>
internal static class GeometricMeans
{
    private const string AllCells = "all cells";

    /// <summary>A line for each system and number of threads that has several cases: the means by cell.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<CaseResult> results, IReadOnlyList<string> systems) =>
        from alike in results.GroupBy(result => (result.Shape.Threads, result.Shape.Configuration.Work.HasTraining))
        where alike.Count() > 1
        let kind = $"{(alike.Key.HasTraining ? "training" : "inference")}, {ResultText.Threads(alike.Key.Threads)}"
        from system in systems
        let line = Line([.. alike], system)
        where line is not null
        select $"{system}/{SystemNames.RivalOf(system)}, geometric means of minima and of medians, {kind}: {line}";

    private static string? Line(CaseResult[] results, string system)
    {
        string[] cells = [.. results.Select(result => result.Shape.Cell).Distinct()];
        string[] means = [.. cells.Append(AllCells).Select(cell => Mean(results, system, cell)).OfType<string>()];

        // All cells are nothing new where there is one.
        return means.Length == 0 ? null : string.Join(", ", means.Length == 2 ? means.Take(1) : means);
    }

    private static string? Mean(CaseResult[] results, string system, string cell)
    {
        Ratio[] ratios = [.. results
            .Where(result => cell == AllCells || result.Shape.Cell == cell)
            .Select(result => result.Ratio(system))
            .OfType<Ratio>()];
        if (ratios.Length == 0)
        {
            return null;
        }

        double minima = Statistics.GeometricMean(ratios.Select(ratio => ratio.OfMinima));
        double medians = Statistics.GeometricMean(ratios.Select(ratio => ratio.Median));
        return $"{cell} {minima:F2} {medians:F2} ({ratios.Length} case{(ratios.Length == 1 ? "" : "s")})";
    }
}

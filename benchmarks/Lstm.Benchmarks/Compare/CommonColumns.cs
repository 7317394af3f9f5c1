namespace Lstm.Benchmarks.Compare;

/// <summary>The columns that every table of results has.</summary>
internal static class CommonColumns
{
    /// <summary>How many times as long as its rival a system takes; none where the rival is not timed.</summary>
    public static IEnumerable<ResultColumn> Ratios(string system, IReadOnlyList<string> systems)
    {
        if (SystemNames.RivalOf(system) is string rival && systems.Contains(rival))
        {
            string title = $"{system}/{rival}";
            yield return new("minima", 6, result => ResultText.OfMinima(result.Ratio(system)));
            yield return new(title, Math.Max(19, title.Length), result => ResultText.Spread(result.Ratio(system)));
        }
    }

    public static ResultColumn Memory(string system) =>
        new("MiB", 5, result => result.Memory.TryGetValue(system, out double size) ? $"{size:F0}" : ResultText.Missing);

    /// <summary>What others took from the turns; empty where the system does not tell.</summary>
    public static IEnumerable<ResultColumn> Disturbance { get; } =
    [
        new("disturbed", 9, result => result.Disturbance.ToString()),
        new("stolen", 6, result => $"{result.Disturbance.Stolen:P1}"),
        new("waiting", 7, result => $"{result.Disturbance.Waiting:F2}"),
        new("switches/s", 10, result => $"{result.Disturbance.Switches:F0}"),
    ];
}

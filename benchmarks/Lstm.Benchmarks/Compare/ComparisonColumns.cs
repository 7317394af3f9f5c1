namespace Lstm.Benchmarks.Compare;

/// <summary>The columns of the table of <c>compare</c>.</summary>
internal static class ComparisonColumns
{
    public static IReadOnlyList<ResultColumn> Of(IReadOnlyList<string> systems, bool hasPeak) =>
    [
        new("config", -9, result => result.Shape.Configuration.Name),
        new("cell", -9, result => result.Shape.Cell),
        new("threads", 7, result => $"{result.Shape.Threads}"),
        .. systems.SelectMany(system => OfSystem(system, systems, hasPeak)),
        .. hasPeak ? [new ResultColumn("peak GF/s", 9, result => ResultText.Number(result.PeakGigaFlops))] : Array.Empty<ResultColumn>(),
        .. CommonColumns.Disturbance,
    ];

    private static IEnumerable<ResultColumn> OfSystem(string system, IReadOnlyList<string> systems, bool hasPeak)
    {
        yield return new($"{system} fwd ms", Math.Max(7, system.Length + 7), result => ResultText.Number(result.Forward(system)?.Median));
        yield return new("train ms", 8, result => ResultText.Number(result.Train(system)?.Median));
        yield return new("GF/s", 5, result => ResultText.Number(result.GigaFlops(system)));
        if (system == SystemNames.Lstm && hasPeak)
        {
            yield return new("% peak", 6, result => ResultText.Number(100 * result.GigaFlops(system) / result.PeakGigaFlops));
        }

        foreach (ResultColumn column in CommonColumns.Ratios(system, systems))
        {
            yield return column;
        }

        yield return CommonColumns.Memory(system);
    }
}

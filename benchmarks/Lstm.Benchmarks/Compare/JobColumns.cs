using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>The columns of the table of <c>job</c>: characters a second.</summary>
internal static class JobColumns
{
    public static IReadOnlyList<ResultColumn> Of(IReadOnlyList<string> systems) =>
    [
        new("threads", 7, result => $"{result.Shape.Threads}"),
        .. systems.SelectMany(system => OfSystem(system, systems)),
        .. CommonColumns.Disturbance,
    ];

    private static IEnumerable<ResultColumn> OfSystem(string system, IReadOnlyList<string> systems) =>
    [
        new($"{system} chars/s", system.Length + 8, result => Speed(result, result.Train(system)?.Median)),
        new("best", 9, result => Speed(result, result.Train(system)?.Minimum)),
        .. CommonColumns.Ratios(system, systems),
        CommonColumns.Memory(system),
    ];

    private static string Speed(CaseResult result, double? milliseconds)
    {
        Work work = result.Shape.Configuration.Work;
        return milliseconds is double time ? $"{work.Steps * work.Batch / time * 1000:N0}" : ResultText.Missing;
    }
}

namespace Lstm.Benchmarks.Compare;

/// <summary>What the command is told.</summary>
internal sealed record CompareOptions
{
    /// <summary>The command that times the main job.</summary>
    public const string Job = "job";

    /// <summary>The name of the command, and of the files of results.</summary>
    public required string Command { get; init; }

    public required IReadOnlyList<int> Threads { get; init; }

    public required IReadOnlyList<Configuration> Configurations { get; init; }

    public required IReadOnlyList<string> Cells { get; init; }

    public required IReadOnlyList<string> Systems { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Takes the rows; null for none.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>Whether table and rows go to benchmarks/results, too.</summary>
    public required bool Save { get; init; }

    public IEnumerable<CaseShape> Cases =>
        from threads in Threads
        from configuration in Configurations
        from cell in Cells
        select new CaseShape(configuration, cell, threads);

    /// <summary>The options that decide what is measured, as they are written on the command line.</summary>
    public override string ToString()
    {
        string shapes = Command == Job ? "" : $" --configs {List(Configurations)} --cells {List(Cells)}";
        return $"{Command} --threads {List(Threads)}{shapes} --systems {List(Systems)} --rounds {Rounds}";
    }

    private static CommaList<T> List<T>(IReadOnlyList<T> values) => new(values);
}

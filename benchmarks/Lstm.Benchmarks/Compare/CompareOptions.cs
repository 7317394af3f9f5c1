namespace Lstm.Benchmarks.Compare;

/// <summary>What the command is told.</summary>
internal sealed record CompareOptions
{
    public const string Lstm = "lstm", LstmDouble = "lstm-double", OneDnn = "onednn", Torch = "torch", Peak = "peak";

    /// <summary>Everything that can be timed; peak is the speed limit beside which all are put.</summary>
    public static IReadOnlyList<string> AllSystems { get; } = [Lstm, LstmDouble, OneDnn, Torch, Peak];

    public required IReadOnlyList<int> Threads { get; init; }

    public required IReadOnlyList<Configuration> Configurations { get; init; }

    public required IReadOnlyList<string> Cells { get; init; }

    public required IReadOnlyList<string> Systems { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Takes the rows; null for none.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>Whether table and rows go to benchmarks/results, too.</summary>
    public required bool Save { get; init; }
}

namespace Forecast;

/// <summary>What a run is told on the command line.</summary>
internal sealed record ForecastOptions
{
    public required string DataFile { get; init; }

    /// <summary>The rows to use, from the first on; null for all.</summary>
    public required int? Rows { get; init; }

    /// <summary>T, the rows that are seen.</summary>
    public required int History { get; init; }

    /// <summary>The rows to predict.</summary>
    public required int Horizon { get; init; }

    /// <summary>The rows of a season, which the naive forecast repeats.</summary>
    public required int Season { get; init; }

    public required int Hidden { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The most updates; null for as many as the epochs have.</summary>
    public required int? Updates { get; init; }

    public required int Batch { get; init; }

    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    public required int Threads { get; init; }

    public required string OutputFile { get; init; }

    /// <summary>Takes a line of JSON per epoch and per row of the table; null for none.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>Takes checkpoints, from which the run goes on; null for none.</summary>
    public required string? CheckpointFolder { get; init; }
}

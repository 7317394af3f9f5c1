namespace SpeakerClassification;

/// <summary>What a run is told on the command line.</summary>
internal sealed record SpeakerOptions
{
    public required string TrainingFile { get; init; }

    public required string TestFile { get; init; }

    /// <summary>The kinds of network, by their names in <see cref="SpeakerModel.Networks"/>.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    public required int Hidden { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The most updates of each network; null for as many as the epochs have.</summary>
    public required int? Updates { get; init; }

    public required int Batch { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>How often each network is trained, with the seeds from <see cref="Seed"/> on.</summary>
    public required int Seeds { get; init; }

    public required int Seed { get; init; }

    public required int Threads { get; init; }

    /// <summary>What the names of models and picture begin with.</summary>
    public required string Output { get; init; }

    /// <summary>Takes a line of JSON per network and seed, and per row of the table; null for none.</summary>
    public required string? JsonFile { get; init; }
}

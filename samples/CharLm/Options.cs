namespace CharLm;

/// <summary>What a model is made of, apart from its vocabulary.</summary>
internal sealed record Architecture(int Hidden, int Layers, string Cell)
{
    public const int MostHidden = 8192, MostLayers = 100;
}

/// <summary>What a training run is told on the command line.</summary>
internal sealed record TrainingOptions
{
    public required string DataFile { get; init; }

    public required Architecture Architecture { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The most updates in total; null for as many as the epochs have.</summary>
    public required int? Updates { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    public required int Threads { get; init; }

    public required string OutputFile { get; init; }

    /// <summary>Takes one line of JSON per epoch; null for none.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>Takes checkpoints, from which the run goes on; null for none.</summary>
    public required string? CheckpointFolder { get; init; }
}

/// <summary>What the sub-command <c>sample</c> is told on the command line.</summary>
internal sealed record SampleOptions(string ModelFile, string Prompt, int Length, double Temperature, int? Seed);

namespace AddingProblem;

/// <summary>What a run is told on the command line.</summary>
internal sealed record AddingOptions
{
    /// <summary>The kinds of network, by their names in <see cref="AddingModel.Cells"/>.</summary>
    public required IReadOnlyList<string> Cells { get; init; }

    /// <summary>T.</summary>
    public required int Steps { get; init; }

    public required int Hidden { get; init; }

    public required int Batch { get; init; }

    /// <summary>The most updates of each network.</summary>
    public required int Updates { get; init; }

    /// <summary>The mean squared error at which a network has solved the task, and its training ends.</summary>
    public required double Goal { get; init; }

    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    public required int Threads { get; init; }

    /// <summary>What the names of models and pictures begin with.</summary>
    public required string Output { get; init; }

    /// <summary>Takes a line of JSON per result; null for none.</summary>
    public required string? JsonFile { get; init; }
}

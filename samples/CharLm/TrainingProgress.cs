namespace CharLm;

/// <summary>Where a training run stands after an update.</summary>
internal readonly record struct TrainingProgress
{
    public required int Epoch { get; init; }

    /// <summary>Updates done in this epoch.</summary>
    public required int EpochUpdates { get; init; }

    /// <summary>Updates done in all epochs.</summary>
    public required long Updates { get; init; }

    /// <summary>In nats per character, smoothed over the last updates.</summary>
    public required double Loss { get; init; }

    public required double CharactersPerSecond { get; init; }

    public required TimeSpan Remaining { get; init; }
}

/// <summary>How long a training run is.</summary>
internal sealed record TrainingLength(int Epochs, int UpdatesPerEpoch, long Updates);

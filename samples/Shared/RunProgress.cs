namespace Lstm.Samples;

/// <summary>Where a training run stands after an update.</summary>
public abstract record RunProgress
{
    /// <summary>Updates done in this epoch.</summary>
    public required int EpochUpdates { get; init; }

    /// <summary>Updates done in all epochs.</summary>
    public required long Updates { get; init; }

    /// <summary>What else there is to say, in less than a line.</summary>
    public abstract string Describe();

    /// <summary>As in 0:01:30.</summary>
    protected static string Duration(TimeSpan time) => $"{(long)time.TotalHours}:{time:mm\\:ss}";
}

/// <summary>How long a training run is. An epoch is what ends with a line of results.</summary>
public sealed record RunLength(int Epochs, int UpdatesPerEpoch, long Updates);

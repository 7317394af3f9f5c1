namespace Lstm;

/// <summary>Where a training stands after an update or at the end of a round.</summary>
public sealed record TrainingProgress
{
    /// <summary>The present epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The epochs to do.</summary>
    public required int Epochs { get; init; }

    /// <summary>The updates done.</summary>
    public required long Step { get; init; }

    /// <summary>The updates that were skipped as a number in them was not finite.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>The loss of the last update.</summary>
    public required double Loss { get; init; }

    /// <summary>The mean loss and the metrics of the training since the round began; of all of it where it ends.</summary>
    public required Evaluation Training { get; init; }

    /// <summary>The round that ends here; null elsewhere.</summary>
    public TrainingRound? Round { get; init; }

    /// <summary>That of the last update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>That of the last update, over all parameters and before any clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Targets learned from in a second, since the report before; where there were none, what that one told.</summary>
    public required double TargetsPerSecond { get; init; }

    /// <summary>The time since the call of Fit.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The time to the end of the last epoch or update, if it goes on at the pace that it had since the call of Fit.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>The part of the training that is done, in [0, 1].</summary>
    public required double Done { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainingProgress), PrintMembers);
}

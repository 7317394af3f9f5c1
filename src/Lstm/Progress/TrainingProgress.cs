namespace Lstm;

/// <summary>The progress of a training, after an update or at the end of a round.</summary>
public sealed record TrainingProgress
{
    /// <summary>The present epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs after which the training ends.</summary>
    public required int Epochs { get; init; }

    /// <summary>The number of updates done.</summary>
    public required long Step { get; init; }

    /// <summary>The number of updates that were skipped because a number in them was not finite.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>The loss of the last update.</summary>
    public required double Loss { get; init; }

    /// <summary>The mean loss and the metrics of the training since the round began; at its end, those of the whole round.</summary>
    public required Evaluation Training { get; init; }

    /// <summary>The round that ends here; null elsewhere.</summary>
    public TrainingRound? Round { get; init; }

    /// <summary>The learning rate of the last update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The norm of the gradient of the last update, over all parameters and before any clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>
    /// The number of targets learned from per second since the previous report; where there were none, the value of that report.
    /// </summary>
    public required double TargetsPerSecond { get; init; }

    /// <summary>The time since Fit was called.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The time left until the end of the last epoch or update, estimated from the pace since Fit was called.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>The share of the training that is done, in [0, 1].</summary>
    public required double Done { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainingProgress), PrintMembers);
}

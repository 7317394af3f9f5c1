namespace Lstm;

/// <summary>A line of the history of a training: an epoch, or <see cref="TrainerOptions{T}.RoundSteps"/> updates.</summary>
public sealed record TrainingRound
{
    /// <summary>The epoch in which the round ended, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of updates done up to the end of the round.</summary>
    public required long Step { get; init; }

    /// <summary>The evaluation of the outputs that were learned from in this round, each computed with the weights of its time.</summary>
    public required Evaluation Training { get; init; }

    /// <summary>The evaluation of the weights at the end of the round, or of their average; null without a validation.</summary>
    public Evaluation? Validation { get; init; }

    /// <summary>The learning rate of the last update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The time that the round took, in seconds, including the validation.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The loss that the schedule and early stopping use: that of the validation, or that of the training where there is no validation.
    /// </summary>
    public double Loss => Validation?.Loss ?? Training.Loss;

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainingRound), PrintMembers);
}

namespace Lstm;

/// <summary>A line of the history of a training: an epoch, or <see cref="TrainerOptions{T}.RoundSteps"/> updates.</summary>
public sealed record TrainingRound
{
    /// <summary>The epoch in which the round ended, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The updates done up to its end.</summary>
    public required long Step { get; init; }

    /// <summary>Of the outputs from which was learned in this round, each with the weights of its time.</summary>
    public required Evaluation Training { get; init; }

    /// <summary>Of the weights at the end of the round, or of their average; null without a validation.</summary>
    public Evaluation? Validation { get; init; }

    /// <summary>That of the last update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How long it took, with the validation.</summary>
    public required double Seconds { get; init; }

    /// <summary>The loss that schedule and early stopping go by: of the validation, or of the training where there is none.</summary>
    public double Loss => Validation?.Loss ?? Training.Loss;

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainingRound), PrintMembers);
}

namespace Lstm;

/// <summary>The result of a training.</summary>
/// <param name="End">The reason why the training ended.</param>
/// <param name="Steps">
/// The number of updates done, including those before a checkpoint and those that the return to the best weights has undone.
/// </param>
/// <param name="SkippedSteps">The number of updates that were skipped because a number in them was not finite.</param>
/// <param name="History">The rounds, beginning with the first.</param>
/// <param name="Best">The round with the lowest loss, and of equal ones the first; null if no round has a finite loss.</param>
public sealed record TrainingResult(
    StopReason End, long Steps, long SkippedSteps, IReadOnlyList<TrainingRound> History, TrainingRound? Best)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainingResult), PrintMembers);
}

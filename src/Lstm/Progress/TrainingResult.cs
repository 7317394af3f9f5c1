namespace Lstm;

/// <summary>What came of a training.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Steps">
/// The updates done, those before a checkpoint and those that the return to the best weights has undone included.
/// </param>
/// <param name="SkippedSteps">The updates that were skipped as a number in them was not finite.</param>
/// <param name="History">The rounds, from the first.</param>
/// <param name="Best">The round with the lowest loss, the first of equals; null if there is none with a finite one.</param>
public sealed record TrainingResult(StopReason End, long Steps, long SkippedSteps, IReadOnlyList<TrainingRound> History, TrainingRound? Best)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainingResult), PrintMembers);
}

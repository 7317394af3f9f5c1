namespace Lstm;

/// <summary>The progress of a training, without the states of its parts.</summary>
internal sealed record RunState
{
    /// <summary>The number of epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Whether a round is over that has not yet been validated and added to the history.</summary>
    public bool IsRoundOver { get; set; }

    /// <summary>The number of updates done when the round began.</summary>
    public long RoundStart { get; set; }

    /// <summary>The time that the round has taken in earlier processes, in seconds.</summary>
    public double RoundSeconds { get; set; }

    /// <summary>
    /// The number of updates that were undone by going back to the best weights; these and the optimiser's are the updates done.
    /// </summary>
    public long StepsUndone { get; set; }

    /// <summary>
    /// The reason why the last call of Fit ended; null while none has ended. After early stopping, patience begins anew in the next call.
    /// </summary>
    public StopReason? End { get; set; }

    /// <summary>The position of the training source; null before there was one.</summary>
    public BatchPosition? Position { get; set; }
}

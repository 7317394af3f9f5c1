namespace Lstm;

/// <summary>Where a training stands, but for the states of its parts.</summary>
internal sealed record RunState
{
    /// <summary>The epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Whether a round is over that has not yet been validated and added to the history.</summary>
    public bool IsRoundOver { get; set; }

    /// <summary>The updates done when the round began.</summary>
    public long RoundStart { get; set; }

    /// <summary>The time that the round has taken in processes before this one.</summary>
    public double RoundSeconds { get; set; }

    /// <summary>The updates that were undone by going back to the best weights: those done are these and the optimiser's.</summary>
    public long StepsUndone { get; set; }

    /// <summary>
    /// How the last call of Fit came to its end; null while one has not. After early stopping the next one has patience anew.
    /// </summary>
    public StopReason? End { get; set; }

    /// <summary>Of the training source; null before there was one.</summary>
    public BatchPosition? Position { get; set; }

    public void CopyFrom(RunState other)
    {
        (Epoch, IsRoundOver, RoundStart, RoundSeconds) = (other.Epoch, other.IsRoundOver, other.RoundStart, other.RoundSeconds);
        (StepsUndone, End, Position) = (other.StepsUndone, other.End, other.Position);
    }
}

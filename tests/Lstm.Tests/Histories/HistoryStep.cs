namespace Lstm.Tests.Histories;

/// <summary>One window of a history, with what happens before and after it.</summary>
internal sealed record HistoryStep
{
    public required int Steps { get; init; }

    /// <summary>[batch], or empty where all sequences have all steps.</summary>
    public int[] Lengths { get; init; } = [];

    /// <summary>What input, gradients and written states are drawn by.</summary>
    public required ulong Seed { get; init; }

    public bool Training { get; init; } = true;

    /// <summary>Before the window: the sequence that is reset, -1 for all; null for none.</summary>
    public int? Reset { get; init; }

    /// <summary>Before the window: states and sequences whose rows are written, by their positions.</summary>
    public (int State, int Sequence)[] Writes { get; init; } = [];

    /// <summary>Before the window: every state is set.</summary>
    public bool Sets { get; init; }

    /// <summary>Before the window: the number that it gets, or null for the next one.</summary>
    public long? Number { get; init; }

    /// <summary>Before the window: the engine is replaced by a new one that goes on from its carried state.</summary>
    public bool Restores { get; init; }

    public bool Backward { get; init; }

    /// <summary>Whether there is a loss on the final states.</summary>
    public bool FinalGradients { get; init; }

    /// <summary>Between the forward and the backward pass: the sequence that is reset, -1 for all; null for none.</summary>
    public int? ResetsBetween { get; init; }

    /// <summary>Whether the gradient of the output is written at the last step alone.</summary>
    public bool LastStepOnly { get; init; }

    /// <summary>After the window: the weights go along their gradients, which are cleared.</summary>
    public bool Updates { get; init; }

    public override string ToString()
    {
        string[] parts =
        [
            $"{Steps} steps", Lengths.Length > 0 ? $"lengths {string.Join(",", Lengths)}" : "", Training ? "" : "evaluation",
            Reset is int sequence ? $"reset {sequence}" : "", string.Join(" ", Writes.Select(write => $"write state {write.State} of {write.Sequence}")),
            Sets ? "set" : "", Number is long number ? $"number {number}" : "", Restores ? "restore" : "",
            ResetsBetween is int between ? $"reset {between} between" : "", LastStepOnly ? "last step only" : "",
            Backward ? "backward" : "", FinalGradients ? "final gradients" : "", Updates ? "update" : "", $"seed {Seed}",
        ];
        return string.Join("; ", parts.Where(part => part.Length > 0));
    }
}

namespace Lstm;

/// <summary>Which windows of a series there are, and in which order.</summary>
public sealed record SeriesWindowOptions
{
    /// <summary>
    /// The rows of the part that the windows are of, as <see cref="TimeSplit.Validation"/>: no target is from outside. All rows unless told.
    /// </summary>
    public Range Rows { get; init; } = Range.All;

    /// <summary>
    /// Whether a history may begin before <see cref="Rows"/>, so that the first row of a part can be a target: inputs, never targets, are then from
    /// the part before, which was known by that time. This is how forecasts on the ETT data are evaluated (Zhou et al., "Informer", 2021). Never
    /// needed for the training part.
    /// </summary>
    public bool HistoryBeforeRows { get; init; }

    /// <summary>The rows from the beginning of one window to that of the next, 1 or more.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The columns to predict, in this order; null for all.</summary>
    public IReadOnlyList<int>? TargetColumns { get; init; }

    /// <summary>Whether every epoch has an order of its own; otherwise it is that of time.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Orders the epochs.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether windows that do not fill a batch are left out of an epoch (others in each, if it shuffles); otherwise the last batch is filled up
    /// with sequences of length 0.
    /// </summary>
    public bool DropLast { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(SeriesWindowOptions), PrintMembers);
}

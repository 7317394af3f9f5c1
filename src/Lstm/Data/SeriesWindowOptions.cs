namespace Lstm;

/// <summary>Options of <see cref="SeriesWindows{T}"/>: which windows of a series there are, and in which order.</summary>
public sealed record SeriesWindowOptions
{
    /// <summary>
    /// The rows of the part from which the windows are taken, such as <see cref="TimeSplit.Validation"/>; default: all rows. No target
    /// comes from outside.
    /// </summary>
    public Range Rows { get; init; } = Range.All;

    /// <summary>
    /// Whether a history may begin before <see cref="Rows"/>, so that the first row of a part can be a target; default: false. Then inputs
    /// (but no targets) come from the part before, which was known by that time. Forecasts on the ETT data are evaluated in this way
    /// (Zhou et al., "Informer", 2021). The training part never needs it.
    /// </summary>
    public bool HistoryBeforeRows { get; init; }

    /// <summary>The number of rows from the beginning of one window to that of the next, from 1; default: 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The columns to predict, in this order; null, the default, for all.</summary>
    public IReadOnlyList<int>? TargetColumns { get; init; }

    /// <summary>Whether every epoch has an order of its own; otherwise windows come in the order of time. Default: false.</summary>
    public bool Shuffle { get; init; }

    /// <summary>The seed from which the epochs take their orders; default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether an epoch leaves out windows that do not fill a batch (with <see cref="Shuffle"/>, other ones in each epoch); otherwise the
    /// last batch is filled up with sequences of length 0. Default: false.
    /// </summary>
    public bool DropLast { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(SeriesWindowOptions), PrintMembers);
}

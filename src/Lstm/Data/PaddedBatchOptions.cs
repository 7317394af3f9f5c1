namespace Lstm;

/// <summary>How sequences are put into batches.</summary>
public sealed record PaddedBatchOptions
{
    /// <summary>Whether every epoch has an order of its own; otherwise it is that of the set.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Orders the epochs.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// So many batches at a time take their sequences from a bucket that is sorted by length, so that a batch has sequences of similar lengths and
    /// little padding; 1 for no sorting, <see cref="int.MaxValue"/> for a sort of the whole set. If it shuffles, each epoch has other buckets, and their
    /// batches come in random order.
    /// </summary>
    public int BucketBatches { get; init; } = 1;

    /// <summary>
    /// Whether sequences that do not fill a batch are left out of an epoch (the last of its order, before any sorting by length); otherwise one batch is
    /// filled up with sequences of length 0.
    /// </summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// Whether the target of a step is the next step of its sequence, as for a model of text or music: sequences are then one step shorter.
    /// </summary>
    public bool PredictNext { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(PaddedBatchOptions), PrintMembers);
}

namespace Lstm;

/// <summary>Options of <see cref="PaddedBatches{T}"/>: how sequences are put into batches.</summary>
public sealed record PaddedBatchOptions
{
    /// <summary>Whether every epoch has an order of its own; otherwise sequences come in the order of the set. Default: false.</summary>
    public bool Shuffle { get; init; }

    /// <summary>The seed from which the epochs take their orders; default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The number of batches of a bucket; default: 1, which sorts nothing. The sequences of a bucket are sorted by length, so that a
    /// batch has sequences of similar lengths and little padding. <see cref="int.MaxValue"/> sorts the whole set. With
    /// <see cref="Shuffle"/> each epoch has other buckets, and their batches come in random order.
    /// </summary>
    public int BucketBatches { get; init; } = 1;

    /// <summary>
    /// Whether an epoch leaves out sequences that do not fill a batch (the last ones of its order, before any sorting by length);
    /// otherwise one batch is filled up with sequences of length 0. Default: false.
    /// </summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// Whether the target of a step is the next step of its sequence, as for a model of text or music. Sequences are then one step shorter.
    /// Default: false.
    /// </summary>
    public bool PredictNext { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(PaddedBatchOptions), PrintMembers);
}

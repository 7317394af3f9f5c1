namespace Lstm;

/// <summary>
/// A source of batches, epoch after epoch: <c>while (source.NextBatch() is { } batch)</c> goes through the rest of the present epoch, and
/// the same loop after that through the next epoch. The order depends only on the seed and the number of the epoch. An instance is for
/// one thread at a time.
/// </summary>
/// <typeparam name="TBatch">The type of a batch: buffers that are filled again and again.</typeparam>
public interface IBatchSource<TBatch>
    where TBatch : class
{
    /// <summary>The number of batches of every epoch, at least 1.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>The position of the next batch. Save it with a checkpoint, and set it to resume from one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a position of this source.</exception>
    BatchPosition Position { get; set; }

    /// <summary>
    /// Returns the next batch, which is valid until the next call. At the end of an epoch it returns null once; the call after that returns
    /// the first batch of the next epoch. Once there has been a batch, it allocates nothing.
    /// </summary>
    TBatch? NextBatch();
}

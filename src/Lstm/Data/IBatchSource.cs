namespace Lstm;

/// <summary>
/// Batches, epoch after epoch: <c>while (source.NextBatch() is { } batch)</c> goes through what is left of the present epoch, and after that
/// through the next one. The order depends on the seed and the number of the epoch alone. An instance is for one thread at a time.
/// </summary>
/// <typeparam name="TBatch">A batch: buffers that are filled again and again.</typeparam>
public interface IBatchSource<TBatch>
    where TBatch : class
{
    /// <summary>The number of batches of every epoch, at least 1.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>Where the next batch comes from; to be saved with a checkpoint, and set to resume from one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to what is no position of this source.</exception>
    BatchPosition Position { get; set; }

    /// <summary>
    /// The next batch, valid until the next call; null where the epoch is over, once: the call after that gives the first batch of the
    /// next epoch. Allocates nothing once there was a batch.
    /// </summary>
    TBatch? NextBatch();
}

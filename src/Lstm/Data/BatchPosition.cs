namespace Lstm;

/// <summary>
/// Where a source of batches stands. These three numbers are all of its state: a source over the same data with the same options gives,
/// from the same position, the same batches.
/// </summary>
/// <param name="Seed">Orders the epochs, each in its own way.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batch">The batches of this epoch already taken, from 0 to <see cref="IBatchSource{TBatch}.BatchesPerEpoch"/>.</param>
public readonly record struct BatchPosition(ulong Seed, long Epoch, int Batch)
{
    /// <summary>The position after this batch has been taken.</summary>
    internal BatchPosition AfterBatch => this with { Batch = Batch + 1 };

    /// <summary>The beginning of the epoch after this one.</summary>
    internal BatchPosition NextEpoch => this with { Epoch = Epoch + 1, Batch = 0 };

    /// <exception cref="ArgumentOutOfRangeException">An epoch of so many batches has no such position.</exception>
    internal void Check(int batchesPerEpoch, string argument)
    {
        if (Epoch < 0 || Batch < 0 || Batch > batchesPerEpoch)
        {
            throw ArgumentOutOfRange.Error(
                argument, this, $"Expected a position with an epoch of 0 or more and 0 to {batchesPerEpoch} batches taken.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(BatchPosition), PrintMembers);
}

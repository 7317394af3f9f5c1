namespace Lstm;

/// <summary>
/// The position of a source of batches. These three numbers are all of its state: from the same position, a source over the same data with
/// the same options gives the same batches.
/// </summary>
/// <param name="Seed">The seed from which each epoch takes its own order.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batch">
/// The number of batches already taken from this epoch, from 0 to <see cref="IBatchSource{TBatch}.BatchesPerEpoch"/>.
/// </param>
public readonly record struct BatchPosition(ulong Seed, long Epoch, int Batch)
{
    /// <summary>The position after this batch has been taken.</summary>
    internal BatchPosition AfterBatch => this with { Batch = Batch + 1 };

    /// <summary>The beginning of the epoch after this one.</summary>
    internal BatchPosition NextEpoch => this with { Epoch = Epoch + 1, Batch = 0 };

    /// <summary>Returns this position, of an epoch of <paramref name="batchesPerEpoch"/> batches.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Such an epoch has no such position.</exception>
    internal BatchPosition Checked(int batchesPerEpoch, string argument) => Epoch >= 0 && Batch >= 0 && Batch <= batchesPerEpoch
        ? this
        : throw ArgumentOutOfRange.Error(
            argument, this, $"Expected a position with an epoch of 0 or more and 0 to {batchesPerEpoch} batches taken.");

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(BatchPosition), PrintMembers);
}

namespace Lstm;

/// <summary>Tells which sequences are in which batch of an epoch. The arrangement of the last epoch asked for is kept.</summary>
internal sealed class BucketOrder
{
    private readonly int[] _lengths;
    private readonly int _batch;
    private readonly PaddedBatchOptions _options;
    private readonly int[] _sequences;
    private readonly int[] _batches;
    private readonly long[] _keys;
    private readonly int _used;
    private (ulong Seed, long Epoch)? _of;

    public BucketOrder(int[] lengths, int batch, int batches, PaddedBatchOptions options)
    {
        _lengths = lengths;
        _batch = batch;
        _options = options;
        _sequences = new int[lengths.Length];
        _batches = new int[batches];
        _keys = new long[IsSorted ? lengths.Length : 0];
        _used = (int)Math.Min(lengths.Length, (long)batches * batch);
    }

    private bool IsSorted => _options.BucketBatches > 1;

    /// <summary>Returns the sequences of a batch. One batch has fewer than the others if they do not fill it.</summary>
    public ReadOnlySpan<int> Of(BatchPosition position)
    {
        (ulong, long) epoch = _options.Shuffle ? (position.Seed, position.Epoch) : default;
        if (_of != epoch)
        {
            Arrange(position.Seed, position.Epoch);
            _of = epoch;
        }

        int start = _batches[position.Batch] * _batch;
        return _sequences.AsSpan(start, Math.Min(_batch, _used - start));
    }

    private void Arrange(ulong seed, long epoch)
    {
        RandomOrder.Reset(_sequences);
        RandomOrder.Reset(_batches);
        if (_options.Shuffle)
        {
            RandomOrder.Shuffle(_sequences, seed, RandomStream.Items(epoch));
        }

        if (IsSorted)
        {
            SortBuckets();
        }

        if (IsSorted && _options.Shuffle)
        {
            RandomOrder.Shuffle(_batches, seed, RandomStream.Batches(epoch));
        }
    }

    private void SortBuckets()
    {
        // The previous place of a sequence is part of its key, so that no two keys are equal.
        for (int k = 0; k < _used; k++)
        {
            _keys[k] = (long)_lengths[_sequences[k]] << 32 | (uint)k;
        }

        int size = (int)Math.Min((long)_options.BucketBatches * _batch, _used);
        for (int start = 0; start < _used; start += size)
        {
            int count = Math.Min(size, _used - start);
            _keys.AsSpan(start, count).Sort(_sequences.AsSpan(start, count));
        }
    }
}

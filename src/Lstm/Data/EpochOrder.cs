namespace Lstm;

/// <summary>Tells which items are in which batch of an epoch. The arrangement of the last epoch asked for is kept.</summary>
internal sealed class EpochOrder
{
    private readonly int _batch, _used, _bucketBatches;
    private readonly bool _shuffle;
    private readonly int[] _items, _batches;
    private readonly ReadOnlyMemory<int> _lengths;
    private readonly long[] _keys;
    private (ulong Seed, long Epoch)? _of;

    /// <summary>Makes an order of one or more items; buckets of more than one batch are sorted by <paramref name="lengths"/>.</summary>
    /// <exception cref="ArgumentException">There is no full batch.</exception>
    public EpochOrder(
        int items, int batch, bool shuffle, bool dropLast, string what, ReadOnlyMemory<int> lengths = default, int bucketBatches = 1)
    {
        (_batch, _shuffle, _lengths, _bucketBatches) = (batch, shuffle, lengths, bucketBatches);
        Batches = items / batch + (dropLast || items % batch == 0 ? 0 : 1);
        if (Batches == 0)
        {
            throw new ArgumentException($"Expected at least {batch} {what} for a full batch, but there are {items}.", nameof(batch));
        }

        _items = new int[items];
        _batches = new int[Batches];
        _keys = new long[IsSorted ? items : 0];
        _used = (int)Math.Min(items, (long)Batches * batch);
    }

    /// <summary>The number of batches of an epoch.</summary>
    public int Batches { get; }

    private bool IsSorted => _bucketBatches > 1;

    /// <summary>Returns the items of a batch. One batch has fewer than the others if they do not fill it.</summary>
    public ReadOnlySpan<int> Of(BatchPosition position)
    {
        (ulong, long) epoch = _shuffle ? (position.Seed, position.Epoch) : default;
        if (_of != epoch)
        {
            Arrange(position.Seed, position.Epoch);
            _of = epoch;
        }

        int start = _batches[position.Batch] * _batch;
        return _items.AsSpan(start, Math.Min(_batch, _used - start));
    }

    private void Arrange(ulong seed, long epoch)
    {
        RandomOrder.Reset(_items);
        RandomOrder.Reset(_batches);
        if (_shuffle)
        {
            RandomOrder.Shuffle(_items, seed, RandomStream.Items(epoch));
        }

        if (IsSorted)
        {
            SortBuckets();
        }

        if (IsSorted && _shuffle)
        {
            RandomOrder.Shuffle(_batches, seed, RandomStream.Batches(epoch));
        }
    }

    private void SortBuckets()
    {
        // The previous place of an item is part of its key, so that no two keys are equal.
        ReadOnlySpan<int> lengths = _lengths.Span;
        for (int k = 0; k < _used; k++)
        {
            _keys[k] = (long)lengths[_items[k]] << 32 | (uint)k;
        }

        int size = (int)Math.Min((long)_bucketBatches * _batch, _used);
        for (int start = 0; start < _used; start += size)
        {
            int count = Math.Min(size, _used - start);
            _keys.AsSpan(start, count).Sort(_items.AsSpan(start, count));
        }
    }
}

namespace Lstm.Numerics;

/// <summary>
/// Divides items into blocks whose borders do not depend on how many threads share them: if items are summed within each block, and the
/// blocks in their order, the sum has the same bits for any number of threads.
/// </summary>
internal readonly struct Blocks
{
    /// <summary>The largest number of blocks, so that one result for each fits on the stack.</summary>
    public const int MaxCount = 256;

    private readonly int _items;
    private readonly int _length;

    /// <param name="items">The number of items.</param>
    /// <param name="length">The smallest length of a block.</param>
    public Blocks(int items, int length)
    {
        _items = items;
        _length = length * (int)Math.Max(1, ((long)items + (long)length * MaxCount - 1) / ((long)length * MaxCount));
        Count = (int)(((long)items + _length - 1) / _length);
    }

    public int Count { get; }

    /// <summary>The items of a block.</summary>
    public (int Start, int End) this[int block] => (block * _length, (int)Math.Min(_items, (block + 1L) * _length));

    /// <summary>Returns the number of slices that pay for these blocks.</summary>
    /// <param name="threads">The largest number of threads.</param>
    /// <param name="itemsPerThread">The smallest number of items for which waking a thread pays.</param>
    public int Slices(int threads, int itemsPerThread) => Math.Max(1, Math.Min(Math.Min(threads, Count), _items / itemsPerThread));
}

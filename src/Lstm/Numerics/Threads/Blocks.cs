namespace Lstm.Numerics;

/// <summary>
/// A number of items in blocks whose borders do not depend on how many threads share them: what is summed within a block, and the blocks
/// in their order, is the same bits for any number of threads.
/// </summary>
internal readonly struct Blocks
{
    /// <summary>The most blocks there are, so that what each of them gives has room on the stack.</summary>
    public const int MaxCount = 256;

    private readonly int _items;
    private readonly int _length;

    /// <param name="items">The number of items.</param>
    /// <param name="length">The least length of a block.</param>
    public Blocks(int items, int length)
    {
        _items = items;
        _length = length * (int)Math.Max(1, ((long)items + (long)length * MaxCount - 1) / ((long)length * MaxCount));
        Count = (int)(((long)items + _length - 1) / _length);
    }

    public int Count { get; }

    /// <summary>The items of a block.</summary>
    public (int Start, int End) this[int block] => (block * _length, (int)Math.Min(_items, (block + 1L) * _length));

    /// <summary>How many slices the blocks are worth.</summary>
    /// <param name="threads">The most threads.</param>
    /// <param name="itemsPerThread">The least number of items for which waking a thread pays.</param>
    public int Slices(int threads, int itemsPerThread) => Math.Max(1, Math.Min(Math.Min(threads, Count), _items / itemsPerThread));
}

namespace Lstm;

/// <summary>The order of the items in an epoch. The order of the last epoch asked for is kept.</summary>
internal sealed class EpochOrder(int count, bool shuffle)
{
    private readonly int[] _order = new int[count];
    private (ulong Seed, long Epoch)? _of;

    /// <summary>Returns the [count] items, each once, in the order of an epoch.</summary>
    public ReadOnlySpan<int> Of(BatchPosition position)
    {
        (ulong, long) epoch = shuffle ? (position.Seed, position.Epoch) : default;
        if (_of != epoch)
        {
            RandomOrder.Reset(_order);
            if (shuffle)
            {
                RandomOrder.Shuffle(_order, position.Seed, RandomStream.Items(position.Epoch));
            }

            _of = epoch;
        }

        return _order;
    }
}

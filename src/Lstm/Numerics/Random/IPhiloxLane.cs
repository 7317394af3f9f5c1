namespace Lstm.Numerics;

/// <summary>
/// The state of <see cref="Blocks"/> counters that are worked on together, a pair of 64-bit numbers for each: one at an even place, one at an
/// odd. Lower words alone count, and what is in the upper ones does not matter, unless a member says otherwise.
/// </summary>
internal unsafe interface IPhiloxLane<TSelf>
    where TSelf : unmanaged, IPhiloxLane<TSelf>
{
    static abstract int Blocks { get; }

    /// <summary>The same pair for each counter.</summary>
    static abstract TSelf Broadcast(ulong even, ulong odd);

    /// <summary>All 64 bits of position, position + 1, ... at the even places, of the stream at the odd ones.</summary>
    static abstract TSelf Counters(ulong position, ulong stream);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>All 64 bits of the products of lower words.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Upper words, in place of the lower ones.</summary>
    static abstract TSelf UpperWords(TSelf value);

    /// <summary>The numbers of each pair, exchanged with all their bits.</summary>
    static abstract TSelf Exchange(TSelf value);

    /// <summary>Numbers of 64 bits whose words are the lower ones of both.</summary>
    static abstract TSelf Join(TSelf lower, TSelf upper);

    void Store(ulong* destination);
}

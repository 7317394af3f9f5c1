namespace Lstm.Numerics;

/// <summary>
/// The state of <see cref="Blocks"/> counters that are processed together: each has a pair of 64-bit numbers, at an even and an odd place.
/// Only the lower words count, and the upper ones may hold anything, unless a member says otherwise.
/// </summary>
internal unsafe interface IPhiloxLane<TSelf>
    where TSelf : unmanaged, IPhiloxLane<TSelf>
{
    static abstract int Blocks { get; }

    /// <summary>Returns the same pair for each counter.</summary>
    static abstract TSelf Broadcast(ulong even, ulong odd);

    /// <summary>Returns position, position + 1, ... at the even places and the stream at the odd ones, all with 64 bits.</summary>
    static abstract TSelf Counters(ulong position, ulong stream);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>Returns all 64 bits of the products of the lower words.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Returns the upper words in place of the lower ones.</summary>
    static abstract TSelf UpperWords(TSelf value);

    /// <summary>Swaps the two numbers of each pair, with all their bits.</summary>
    static abstract TSelf Exchange(TSelf value);

    /// <summary>Returns 64-bit numbers that consist of the lower words of both arguments.</summary>
    static abstract TSelf Join(TSelf lower, TSelf upper);

    void Store(ulong* destination);
}

namespace Lstm;

/// <summary>Permutations that depend on seed, epoch and what they are of alone.</summary>
internal static class RandomOrder
{
    /// <summary>What is shuffled: each kind has streams of its own, apart from those of the initial weights, which begin at 0.</summary>
    public enum Of : ulong
    {
        Items = 0x4000_0000_0000_0000,
        Batches = 0x6000_0000_0000_0000,
    }

    /// <summary>0, 1, 2 ... in their order.</summary>
    public static void Reset(Span<int> order)
    {
        for (int k = 0; k < order.Length; k++)
        {
            order[k] = k;
        }
    }

    /// <summary>Durstenfeld, "Algorithm 235: Random permutation" (1964).</summary>
    public static void Shuffle(Span<int> order, Of kind, ulong seed, long epoch)
    {
        Philox random = new(seed, stream: (ulong)kind + (ulong)epoch);
        for (int k = order.Length - 1; k > 0; k--)
        {
            int other = (int)(random.NextUniform() * (k + 1));
            (order[k], order[other]) = (order[other], order[k]);
        }
    }
}

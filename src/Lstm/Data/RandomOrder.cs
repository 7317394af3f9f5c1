namespace Lstm;

/// <summary>Permutations that depend on seed and <see cref="RandomStream"/> alone.</summary>
internal static class RandomOrder
{
    /// <summary>0, 1, 2 ... in their order.</summary>
    public static void Reset(Span<int> order)
    {
        for (int k = 0; k < order.Length; k++)
        {
            order[k] = k;
        }
    }

    /// <summary>Durstenfeld, "Algorithm 235: Random permutation" (1964).</summary>
    /// <param name="order">What is brought into another order.</param>
    /// <param name="seed">The source's seed.</param>
    /// <param name="stream">What the numbers are drawn from: a <see cref="RandomStream"/>.</param>
    public static void Shuffle(Span<int> order, ulong seed, UInt128 stream)
    {
        Philox random = new(seed, stream);
        for (int k = order.Length - 1; k > 0; k--)
        {
            int other = (int)(random.NextUniform() * (k + 1));
            (order[k], order[other]) = (order[other], order[k]);
        }
    }
}

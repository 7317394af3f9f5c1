namespace Lstm;

/// <summary>Makes permutations that depend only on the seed and the <see cref="RandomStream"/>.</summary>
internal static class RandomOrder
{
    /// <summary>Sets the order to 0, 1, 2 ...</summary>
    public static void Reset(Span<int> order)
    {
        for (int k = 0; k < order.Length; k++)
        {
            order[k] = k;
        }
    }

    /// <summary>Shuffles items. Source: Durstenfeld, "Algorithm 235: Random permutation" (1964).</summary>
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

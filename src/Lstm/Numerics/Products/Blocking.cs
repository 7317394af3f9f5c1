namespace Lstm.Numerics;

/// <summary>
/// The blocks of a product. The depth of a block is part of the results, as each sum is formed in parts of that depth: it is the same on
/// every chip. The number of its rows is not, and follows from the second-level cache, as in Low et al., "Analytical Modeling Is Enough for
/// High-Performance BLIS" (2016): a block of A is kept there, while panels of B pass through.
/// </summary>
internal static class Blocking
{
    /// <summary>KC in bytes.</summary>
    public const int DepthBytes = 4096;

    /// <summary>
    /// The largest MC: with 2 MiB of second-level cache, 240 rows are up to 10 % slower than 144, and even a small product should be split
    /// among threads in several blocks.
    /// </summary>
    private const int MostRows = 144;

    /// <summary>MC on this chip.</summary>
    public static int RowsOfChip { get; } = Rows(SecondLevelCache.Size, Simd.LaneCount<float>() * sizeof(float), RowTiles<float>.Height);

    /// <summary>
    /// Returns MC: whole tiles that fill half of what the second-level cache has left beside the present panel of B and the next one. The
    /// other half is for C, for the rows of A that are copied, and for what the cache does not keep in the best order.
    /// </summary>
    /// <param name="cacheBytes">The size of the second-level cache.</param>
    /// <param name="registerBytes">The width of a register; a panel is two registers wide.</param>
    /// <param name="tileRows">The rows of a tile.</param>
    public static int Rows(int cacheBytes, int registerBytes, int tileRows)
    {
        int panel = DepthBytes / sizeof(float) * 2 * registerBytes;
        int rows = (cacheBytes - 2 * panel) / 2 / DepthBytes;
        return Math.Clamp(rows, tileRows, MostRows) / tileRows * tileRows;
    }
}

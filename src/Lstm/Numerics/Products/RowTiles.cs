using System.Numerics;

namespace Lstm.Numerics;

/// <summary>A block of A, cut evenly into tiles of up to <see cref="Height"/> rows: 20 rows become 10 + 10, not 12 + 8.</summary>
internal readonly unsafe struct RowTiles<T>(Strided<T> a, int rows, int depth)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>MR: with two registers per row, 24 sums fit in 32 registers, or 12 in 16.</summary>
    public static int Height => Simd.HasManyRegisters ? 12 : 6;

    public Strided<T> A { get; } = a;

    public int Rows { get; } = rows;

    public int Depth { get; } = depth;

    public int Count { get; } = CountOf(rows);

    public static int CountOf(int rows) => (rows + Height - 1) / Height;

    /// <summary>
    /// Returns the end of a tile that starts at row <paramref name="start"/>: the remaining tiles share the remaining rows evenly.
    /// </summary>
    public int End(int tile, int start) => start + (Rows - start) / (Count - tile);
}

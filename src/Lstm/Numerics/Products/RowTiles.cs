using System.Numerics;

namespace Lstm.Numerics;

/// <summary>A block of A, cut evenly into tiles of up to <see cref="Height"/> rows: 20 rows become 10 + 10, not 12 + 8.</summary>
/// <param name="a">The block, or the first tile of a copy.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="depth">The number of columns.</param>
/// <param name="tileStride">The distance of the tiles of a copy that has one after another; 0 for a block whose rows lie in their order.</param>
internal readonly unsafe struct RowTiles<T>(Strided<T> a, int rows, int depth, nint tileStride = 0)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>MR: with two registers per row, 24 sums fit in 32 registers, or 12 in 16.</summary>
    public static int Height => Simd.HasManyRegisters ? 12 : 6;

    public nint RowStride => a.RowStride;

    public nint ColumnStride => a.ColumnStride;

    public int Rows { get; } = rows;

    public int Depth { get; } = depth;

    public int Count { get; } = CountOf(rows);

    /// <summary>Returns the first number of a tile that starts at row <paramref name="start"/>.</summary>
    public T* Tile(int tile, int start) => a.Data + (tileStride > 0 ? tile * tileStride : start * a.RowStride);

    public static int CountOf(int rows) => (rows + Height - 1) / Height;

    /// <summary>
    /// Returns the end of a tile that starts at row <paramref name="start"/>: the remaining tiles share the remaining rows evenly.
    /// </summary>
    public int End(int tile, int start) => start + (Rows - start) / (Count - tile);
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Multiplies some rows of A by one block of B's rows: loop 2 over panels of columns, loop 1 over tiles of rows.</summary>
internal static unsafe class GemmBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Assigns or adds to C, from the first row of <paramref name="a"/> on; <paramref name="firstRow"/> of B belongs to its first column.
    /// </summary>
    public static void Run(in RowTiles<T> a, PackedMatrix<T> b, int firstRow, Strided<T> c, bool accumulate)
    {
        if (Simd.IsWide)
        {
            Run<Vector512Lane<T>>(a, b, firstRow, c, accumulate);
        }
        else if (Simd.IsVector)
        {
            Run<VectorLane<T>>(a, b, firstRow, c, accumulate);
        }
        else
        {
            Run<ScalarLane<T>>(a, b, firstRow, c, accumulate);
        }
    }

    private static void Run<TLane>(in RowTiles<T> a, PackedMatrix<T> b, int firstRow, Strided<T> c, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int width = PackedMatrix<T>.PanelWidth;
        TileTask<T> task = new() { Depth = a.Depth, RowStride = a.RowStride, ColumnStride = a.ColumnStride };
        task.AheadStep = (width + a.Count - 1) / a.Count;       // the shares of all tiles cover the next panel
        for (int panel = a.Rows == 1 ? RunRow<TLane>(a, b, firstRow, c, accumulate) : 0; panel < b.Panels; panel++)     // loop 2
        {
            task.Panel = b.Panel(firstRow, panel);
            task.Ahead = b.Panel(firstRow, (panel + 1) % b.Panels);     // the first follows the last, for the next rows or the next step
            RunTiles<TLane>(a, ref task, c.At(0, panel * width), Math.Min(width, b.Columns - panel * width), accumulate);
        }
    }

    /// <summary>Multiplies all tiles by one panel.</summary>
    [SkipLocalsInit]
    private static void RunTiles<TLane>(in RowTiles<T> a, ref TileTask<T> task, Strided<T> c, int columns, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int width = PackedMatrix<T>.PanelWidth;
        bool second = columns > width / 2, whole = columns == width || columns == width / 2;
        T* edge = stackalloc T[RowTiles<T>.Height * width];
        task.Stride = whole ? c.RowStride : width;
        task.Accumulate = whole && accumulate;
        for (int tile = 0, start = 0, end; start < a.Rows; tile++, start = end)                                  // loop 1
        {
            end = a.End(tile, start);
            Strided<T> target = c.At(start, 0);
            task.A = a.Tile(tile, start);
            task.C = whole ? target.Data : edge;
            if (second)
            {
                RunTile<TLane, On>(end - start, task);
            }
            else
            {
                RunTile<TLane, Off>(end - start, task);
            }

            if (!whole)
            {
                StoreEdge(edge, target, end - start, columns, accumulate);
            }

            task.Ahead += task.Depth * task.AheadStep;
        }
    }

    /// <summary>Multiplies a single row by all groups of whole panels.</summary>
    /// <returns>The number of the first panel that is left.</returns>
    private static int RunRow<TLane>(in RowTiles<T> a, PackedMatrix<T> b, int firstRow, Strided<T> c, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        const int Group = RowKernel<TLane, T>.Panels;
        int width = PackedMatrix<T>.PanelWidth, groups = b.Columns / (Group * width);
        TileTask<T> task = new() { Depth = a.Depth, A = a.Tile(0, 0), ColumnStride = a.ColumnStride, Accumulate = accumulate };
        for (int panel = 0; panel < groups * Group; panel += Group)
        {
            task.Panel = b.Panel(firstRow, panel);
            task.C = c.At(0, panel * width).Data;
            RowKernel<TLane, T>.Run(task, (nint)b.Rows * width);
        }

        return groups * Group;
    }

    private static void StoreEdge(T* edge, Strided<T> c, int rows, int columns, bool accumulate)
    {
        for (int i = 0; i < rows; i++, edge += PackedMatrix<T>.PanelWidth)
        {
            T* row = c.Data + i * c.RowStride;
            for (int j = 0; j < columns; j++)
            {
                row[j] = accumulate ? row[j] + edge[j] : edge[j];
            }
        }
    }

    private static void RunTile<TLane, TSecond>(int rows, in TileTask<T> task)
        where TLane : unmanaged, ILane<TLane, T>
        where TSecond : ISwitch
    {
        switch (rows)
        {
            case 1: MicroKernel<TLane, T, Rows1, TSecond>.Run(task); break;
            case 2: MicroKernel<TLane, T, Rows2, TSecond>.Run(task); break;
            case 3: MicroKernel<TLane, T, Rows3, TSecond>.Run(task); break;
            case 4: MicroKernel<TLane, T, Rows4, TSecond>.Run(task); break;
            case 5: MicroKernel<TLane, T, Rows5, TSecond>.Run(task); break;
            case 6: MicroKernel<TLane, T, Rows6, TSecond>.Run(task); break;
            case 7: MicroKernel<TLane, T, Rows7, TSecond>.Run(task); break;
            case 8: MicroKernel<TLane, T, Rows8, TSecond>.Run(task); break;
            case 9: MicroKernel<TLane, T, Rows9, TSecond>.Run(task); break;
            case 10: MicroKernel<TLane, T, Rows10, TSecond>.Run(task); break;
            case 11: MicroKernel<TLane, T, Rows11, TSecond>.Run(task); break;
            default: MicroKernel<TLane, T, Rows12, TSecond>.Run(task); break;
        }
    }
}

using System.Numerics;

namespace Lstm.Kernels;

/// <summary>Some rows of A times one block of B's rows: loop 2 over panels of columns, loop 1 over tiles of rows.</summary>
internal static unsafe class GemmBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>MR: with two registers a row, 24 sums fit in 32 registers, or 12 in 16.</summary>
    public static int TileRows => Simd.HasManyRegisters ? 12 : 6;

    /// <param name="a">A from the first row and the first column of the block on.</param>
    /// <param name="b">B.</param>
    /// <param name="firstRow">The first row of B's block.</param>
    /// <param name="c">C, row-major, from the first row on.</param>
    /// <param name="rows">The number of rows of A and C.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    public static void Run(Strided<T> a, PackedMatrix<T> b, int firstRow, Strided<T> c, int rows, bool accumulate)
    {
        int width = PackedMatrix<T>.PanelWidth, tiles = (rows + TileRows - 1) / TileRows;
        T* edge = stackalloc T[TileRows * width];
        TileTask<T> task = new()
        {
            Depth = Math.Min(PackedMatrix<T>.BlockDepth, b.Rows - firstRow),
            RowStride = a.RowStride,
            ColumnStride = a.ColumnStride,
            AheadStep = width / tiles,
        };
        for (int panel = rows == 1 ? RunRow(a, b, firstRow, c, accumulate) : 0; panel < b.Panels; panel++)   // loop 2
        {
            int columns = Math.Min(width, b.Columns - panel * width);
            task.Panel = b.Panel(firstRow, panel);
            task.Ahead = task.Panel + task.Depth * width;
            for (int tile = 0; tile < tiles; tile++)                                                         // loop 1
            {
                (int start, int end) = WorkerTeam.Slice(rows, tile, tiles);
                Strided<T> target = c.At(start, panel * width);
                task.A = a.At(start, 0).Data;
                bool whole = columns == width;
                task.C = whole ? target.Data : edge;
                task.Stride = whole ? target.RowStride : width;
                task.Accumulate = whole && accumulate;
                RunTile(end - start, task);
                if (!whole)
                {
                    StoreEdge(edge, target, end - start, columns, accumulate);
                }

                task.Ahead += task.Depth * task.AheadStep;
            }
        }
    }

    /// <summary>Computes as many groups of whole panels as there are, for a single row.</summary>
    /// <returns>The first panel that is left.</returns>
    private static int RunRow(Strided<T> a, PackedMatrix<T> b, int firstRow, Strided<T> c, bool accumulate)
    {
        const int Group = RowKernel<ScalarLane<T>, T>.Panels;
        int width = PackedMatrix<T>.PanelWidth, groups = b.Columns / (Group * width);
        TileTask<T> task = new()
        {
            Depth = Math.Min(PackedMatrix<T>.BlockDepth, b.Rows - firstRow),
            A = a.Data,
            ColumnStride = a.ColumnStride,
            Accumulate = accumulate,
        };
        for (int panel = 0; panel < groups * Group; panel += Group)
        {
            task.Panel = b.Panel(firstRow, panel);
            task.C = c.At(0, panel * width).Data;
            RunRow(task, (nint)task.Depth * width);
        }

        return groups * Group;
    }

    private static void RunRow(in TileTask<T> task, nint panelStride)
    {
        if (Simd.IsWide)
        {
            RowKernel<Vector512Lane<T>, T>.Run(task, panelStride);
        }
        else if (Simd.IsVector)
        {
            RowKernel<VectorLane<T>, T>.Run(task, panelStride);
        }
        else
        {
            RowKernel<ScalarLane<T>, T>.Run(task, panelStride);
        }
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

    private static void RunTile(int rows, in TileTask<T> task)
    {
        if (Simd.IsWide)
        {
            RunTile<Vector512Lane<T>>(rows, task);
        }
        else if (Simd.IsVector)
        {
            RunTile<VectorLane<T>>(rows, task);
        }
        else
        {
            RunTile<ScalarLane<T>>(rows, task);
        }
    }

    private static void RunTile<TLane>(int rows, in TileTask<T> task)
        where TLane : unmanaged, ILane<TLane, T>
    {
        switch (rows)
        {
            case 1: MicroKernel<TLane, T, Rows1>.Run(task); break;
            case 2: MicroKernel<TLane, T, Rows2>.Run(task); break;
            case 3: MicroKernel<TLane, T, Rows3>.Run(task); break;
            case 4: MicroKernel<TLane, T, Rows4>.Run(task); break;
            case 5: MicroKernel<TLane, T, Rows5>.Run(task); break;
            case 6: MicroKernel<TLane, T, Rows6>.Run(task); break;
            case 7: MicroKernel<TLane, T, Rows7>.Run(task); break;
            case 8: MicroKernel<TLane, T, Rows8>.Run(task); break;
            case 9: MicroKernel<TLane, T, Rows9>.Run(task); break;
            case 10: MicroKernel<TLane, T, Rows10>.Run(task); break;
            case 11: MicroKernel<TLane, T, Rows11>.Run(task); break;
            default: MicroKernel<TLane, T, Rows12>.Run(task); break;
        }
    }
}

/// <summary>One tile: C[rows, 2 lanes] = or += A[rows, depth] times a packed panel [depth, 2 lanes].</summary>
internal unsafe struct TileTask<T>
    where T : unmanaged
{
    public int Depth;
    public T* A;
    public nint RowStride;
    public nint ColumnStride;
    public T* Panel;

    /// <summary>This tile's share of the next panel, which it fetches on the way, <see cref="AheadStep"/> numbers for each step in depth.</summary>
    public T* Ahead;
    public int AheadStep;
    public T* C;
    public nint Stride;
    public bool Accumulate;
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>
/// Computes C[rows, 2 lanes] = or += A[rows, depth] times one packed panel [depth, 2 lanes], with all sums in registers. A tile has up to
/// 12 rows if there are 32 registers, for 24 sums, 2 operands of B, and A from memory; it has up to 6 rows if there are 16. If the second
/// lane of a panel holds nothing, only the first is computed.
/// </summary>
internal static unsafe class MicroKernel<TLane, T, TRows, TSecond>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRows : IRowCount
    where TSecond : ISwitch
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TileTask<T> task)
    {
        Prefetch(task.C, task.Stride);
        T* a = task.A, panel = task.Panel, ahead = task.Ahead;
        nint rowStride = task.RowStride, columnBytes = task.ColumnStride * sizeof(T);
        TLane c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default;
        TLane c3a = default, c3b = default, c4a = default, c4b = default, c5a = default, c5b = default;
        TLane c6a = default, c6b = default, c7a = default, c7b = default, c8a = default, c8b = default;
        TLane c9a = default, c9b = default, c10a = default, c10b = default, c11a = default, c11b = default;
        nint twoRows = 2 * rowStride, step = task.AheadStep;
        T* a3 = a + 3 * rowStride, a6 = a3 + 3 * rowStride, a9 = a6 + 3 * rowStride;
        for (int k = task.Depth; k > 0; k--, panel += 2 * TLane.Count, ahead += step)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch1(ahead);
            }

            TLane b0 = TLane.Load(panel), b1 = TSecond.IsOn ? TLane.Load(panel + TLane.Count) : default;
            Accumulate(0, a, b0, b1, ref c0a, ref c0b);
            Accumulate(1, a + rowStride, b0, b1, ref c1a, ref c1b);
            Accumulate(2, a + twoRows, b0, b1, ref c2a, ref c2b);
            Accumulate(3, a3, b0, b1, ref c3a, ref c3b);
            Accumulate(4, a3 + rowStride, b0, b1, ref c4a, ref c4b);
            Accumulate(5, a3 + twoRows, b0, b1, ref c5a, ref c5b);
            Accumulate(6, a6, b0, b1, ref c6a, ref c6b);
            Accumulate(7, a6 + rowStride, b0, b1, ref c7a, ref c7b);
            Accumulate(8, a6 + twoRows, b0, b1, ref c8a, ref c8b);
            Accumulate(9, a9, b0, b1, ref c9a, ref c9b);
            Accumulate(10, a9 + rowStride, b0, b1, ref c10a, ref c10b);
            Accumulate(11, a9 + twoRows, b0, b1, ref c11a, ref c11b);
            a = (T*)((byte*)a + columnBytes);
            a3 = (T*)((byte*)a3 + columnBytes);
            a6 = (T*)((byte*)a6 + columnBytes);
            a9 = (T*)((byte*)a9 + columnBytes);
        }

        T* c = task.C;
        nint stride = task.Stride;
        bool accumulate = task.Accumulate;
        Store(0, c, c0a, c0b, accumulate);
        Store(1, c + stride, c1a, c1b, accumulate);
        Store(2, c + 2 * stride, c2a, c2b, accumulate);
        Store(3, c + 3 * stride, c3a, c3b, accumulate);
        Store(4, c + 4 * stride, c4a, c4b, accumulate);
        Store(5, c + 5 * stride, c5a, c5b, accumulate);
        Store(6, c + 6 * stride, c6a, c6b, accumulate);
        Store(7, c + 7 * stride, c7a, c7b, accumulate);
        Store(8, c + 8 * stride, c8a, c8b, accumulate);
        Store(9, c + 9 * stride, c9a, c9b, accumulate);
        Store(10, c + 10 * stride, c10a, c10b, accumulate);
        Store(11, c + 11 * stride, c11a, c11b, accumulate);
    }

    /// <summary>Prefetches the tile of C, which is needed when all sums are done and may be far away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* c, nint stride)
    {
        if (Sse.IsSupported)
        {
            for (int row = 0; row < TRows.Value; row++, c += stride)
            {
                Sse.Prefetch0(c);
                Sse.Prefetch0(c + TLane.Count);
                if ((nint)c % Simd.CacheLine != 0)
                {
                    Sse.Prefetch0(c + 2 * TLane.Count - 1);
                }
            }
        }
    }

    /// <summary>Adds the products of one number of A, if the tile has such a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(int row, T* a, TLane b0, TLane b1, ref TLane c0, ref TLane c1)
    {
        if (row < TRows.Value)
        {
            TLane number = TLane.Broadcast(*a);
            TLane.AddProduct(ref c0, number, b0);
            if (TSecond.IsOn)
            {
                TLane.AddProduct(ref c1, number, b1);
            }
        }
    }

    /// <summary>Stores the sums of one row, if the tile has such a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int row, T* c, TLane c0, TLane c1, bool accumulate)
    {
        if (row >= TRows.Value)
        {
            return;
        }

        if (accumulate)
        {
            c0 = TLane.Load(c) + c0;
        }

        c0.Store(c);
        if (TSecond.IsOn)
        {
            c1 = accumulate ? TLane.Load(c + TLane.Count) + c1 : c1;
            c1.Store(c + TLane.Count);
        }
    }
}

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
        T* a = task.A, panel = task.Panel, ahead = task.Ahead, c = task.C;
        nint rowStride = task.RowStride, columnStride = task.ColumnStride, stride = task.Stride;
        bool accumulate = task.Accumulate;
        TLane c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default;
        TLane c3a = default, c3b = default, c4a = default, c4b = default, c5a = default, c5b = default;
        TLane c6a = default, c6b = default, c7a = default, c7b = default, c8a = default, c8b = default;
        TLane c9a = default, c9b = default, c10a = default, c10b = default, c11a = default, c11b = default;
        Prefetch(c, stride);
        nint twoRows = 2 * rowStride;
        T* a3 = a + 3 * rowStride, a6 = a3 + 3 * rowStride, a9 = a6 + 3 * rowStride;
        for (int k = task.Depth, step = task.AheadStep; k > 0; k--, panel += 2 * TLane.Count, ahead += step)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch1(ahead);
            }

            TLane b0 = TLane.Load(panel), b1 = TSecond.IsOn ? TLane.Load(panel + TLane.Count) : default;
            Accumulate(*a, b0, b1, ref c0a, ref c0b);
            if (TRows.Value > 1)
            {
                Accumulate(a[rowStride], b0, b1, ref c1a, ref c1b);
            }

            if (TRows.Value > 2)
            {
                Accumulate(a[twoRows], b0, b1, ref c2a, ref c2b);
            }

            if (TRows.Value > 3)
            {
                Accumulate(*a3, b0, b1, ref c3a, ref c3b);
            }

            if (TRows.Value > 4)
            {
                Accumulate(a3[rowStride], b0, b1, ref c4a, ref c4b);
            }

            if (TRows.Value > 5)
            {
                Accumulate(a3[twoRows], b0, b1, ref c5a, ref c5b);
            }

            if (TRows.Value > 6)
            {
                Accumulate(*a6, b0, b1, ref c6a, ref c6b);
            }

            if (TRows.Value > 7)
            {
                Accumulate(a6[rowStride], b0, b1, ref c7a, ref c7b);
            }

            if (TRows.Value > 8)
            {
                Accumulate(a6[twoRows], b0, b1, ref c8a, ref c8b);
            }

            if (TRows.Value > 9)
            {
                Accumulate(*a9, b0, b1, ref c9a, ref c9b);
            }

            if (TRows.Value > 10)
            {
                Accumulate(a9[rowStride], b0, b1, ref c10a, ref c10b);
            }

            if (TRows.Value > 11)
            {
                Accumulate(a9[twoRows], b0, b1, ref c11a, ref c11b);
            }

            a += columnStride;
            a3 += columnStride;
            a6 += columnStride;
            a9 += columnStride;
        }

        Store(c, c0a, c0b, accumulate);
        if (TRows.Value > 1)
        {
            Store(c + stride, c1a, c1b, accumulate);
        }

        if (TRows.Value > 2)
        {
            Store(c + 2 * stride, c2a, c2b, accumulate);
        }

        if (TRows.Value > 3)
        {
            Store(c + 3 * stride, c3a, c3b, accumulate);
        }

        if (TRows.Value > 4)
        {
            Store(c + 4 * stride, c4a, c4b, accumulate);
        }

        if (TRows.Value > 5)
        {
            Store(c + 5 * stride, c5a, c5b, accumulate);
        }

        if (TRows.Value > 6)
        {
            Store(c + 6 * stride, c6a, c6b, accumulate);
        }

        if (TRows.Value > 7)
        {
            Store(c + 7 * stride, c7a, c7b, accumulate);
        }

        if (TRows.Value > 8)
        {
            Store(c + 8 * stride, c8a, c8b, accumulate);
        }

        if (TRows.Value > 9)
        {
            Store(c + 9 * stride, c9a, c9b, accumulate);
        }

        if (TRows.Value > 10)
        {
            Store(c + 10 * stride, c10a, c10b, accumulate);
        }

        if (TRows.Value > 11)
        {
            Store(c + 11 * stride, c11a, c11b, accumulate);
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(T a, TLane b0, TLane b1, ref TLane c0, ref TLane c1)
    {
        TLane row = TLane.Broadcast(a);
        c0 = TLane.MultiplyAdd(row, b0, c0);
        if (TSecond.IsOn)
        {
            c1 = TLane.MultiplyAdd(row, b1, c1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, TLane c0, TLane c1, bool accumulate)
    {
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

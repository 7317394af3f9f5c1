using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>C[rows, 2 lanes] = or += A[rows, depth] times one packed panel [depth, 2 lanes]; up to 6 rows, all sums in registers.</summary>
internal static unsafe class MicroKernel<TLane, T, TRows>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRows : IRowCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        int depth, T* a, nint rowStride, nint columnStride, T* panel, T* c, nint stride, bool accumulate)
    {
        TLane c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TLane c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        T* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride, a4 = a3 + rowStride, a5 = a4 + rowStride;
        nint k = 0;
        for (int step = 0; step < depth; step++, k += columnStride, panel += 2 * TLane.Count)
        {
            TLane b0 = TLane.Load(panel), b1 = TLane.Load(panel + TLane.Count);
            Accumulate(a[k], b0, b1, ref c00, ref c01);
            if (TRows.Value > 1)
            {
                Accumulate(a1[k], b0, b1, ref c10, ref c11);
            }

            if (TRows.Value > 2)
            {
                Accumulate(a2[k], b0, b1, ref c20, ref c21);
            }

            if (TRows.Value > 3)
            {
                Accumulate(a3[k], b0, b1, ref c30, ref c31);
            }

            if (TRows.Value > 4)
            {
                Accumulate(a4[k], b0, b1, ref c40, ref c41);
            }

            if (TRows.Value > 5)
            {
                Accumulate(a5[k], b0, b1, ref c50, ref c51);
            }
        }

        Store(c, c00, c01, accumulate);
        if (TRows.Value > 1)
        {
            Store(c + stride, c10, c11, accumulate);
        }

        if (TRows.Value > 2)
        {
            Store(c + 2 * stride, c20, c21, accumulate);
        }

        if (TRows.Value > 3)
        {
            Store(c + 3 * stride, c30, c31, accumulate);
        }

        if (TRows.Value > 4)
        {
            Store(c + 4 * stride, c40, c41, accumulate);
        }

        if (TRows.Value > 5)
        {
            Store(c + 5 * stride, c50, c51, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(T a, TLane b0, TLane b1, ref TLane c0, ref TLane c1)
    {
        TLane row = TLane.Broadcast(a);
        c0 = TLane.MultiplyAdd(row, b0, c0);
        c1 = TLane.MultiplyAdd(row, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, TLane c0, TLane c1, bool accumulate)
    {
        if (accumulate)
        {
            c0 = TLane.Load(c) + c0;
            c1 = TLane.Load(c + TLane.Count) + c1;
        }

        c0.Store(c);
        c1.Store(c + TLane.Count);
    }
}

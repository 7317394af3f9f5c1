using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Multiplies one row of A by <see cref="Panels"/> neighbouring panels at once. The two sums of a single panel leave the multipliers
/// waiting; eight sums keep them busy. Each sum is formed as <see cref="MicroKernel{TLane, T, TRows, TSecond}"/> forms it, so the bits are
/// the same.
/// </summary>
internal static unsafe class RowKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const int Panels = 4;

    /// <param name="task">The row, the first panel, and the place of the sums.</param>
    /// <param name="panelStride">The distance between panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TileTask<T> task, nint panelStride)
    {
        T* a = task.A, p0 = task.Panel, p1 = p0 + panelStride, p2 = p1 + panelStride, p3 = p2 + panelStride, c = task.C;
        nint columnStride = task.ColumnStride;
        bool accumulate = task.Accumulate;
        TLane c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        nint at = 0;
        for (int k = task.Depth; k > 0; k--, a += columnStride, at += 2 * TLane.Count)
        {
            TLane row = TLane.Broadcast(*a);
            TLane.AddProduct(ref c0, row, TLane.Load(p0 + at));
            TLane.AddProduct(ref c1, row, TLane.Load(p0 + at + TLane.Count));
            TLane.AddProduct(ref c2, row, TLane.Load(p1 + at));
            TLane.AddProduct(ref c3, row, TLane.Load(p1 + at + TLane.Count));
            TLane.AddProduct(ref c4, row, TLane.Load(p2 + at));
            TLane.AddProduct(ref c5, row, TLane.Load(p2 + at + TLane.Count));
            TLane.AddProduct(ref c6, row, TLane.Load(p3 + at));
            TLane.AddProduct(ref c7, row, TLane.Load(p3 + at + TLane.Count));
        }

        Store(c, c0, c1, accumulate);
        Store(c + 2 * TLane.Count, c2, c3, accumulate);
        Store(c + 4 * TLane.Count, c4, c5, accumulate);
        Store(c + 6 * TLane.Count, c6, c7, accumulate);
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

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Sets numbers to 0 that are far too small to matter, before they become subnormal: many chips take a hundred cycles and more for an
/// operation on a subnormal number, and managed code cannot tell them to flush such numbers. Where gradients vanish or states decay, they
/// pass the limit long before the smallest normal number. The results do not depend on the width of registers or the number of threads.
/// </summary>
internal static unsafe class SmallNumbers
{
    /// <summary>
    /// Returns the magnitude below which a state or a gradient becomes 0: 2^-100, about 7.9e-31, in float, and 2^-960, about 1.0e-289, in
    /// double. A number at the limit can be multiplied by 2^-26 (2^-62 in double) before the product is subnormal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Limit<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementary.Constant<T>(7.888609052210118e-31f, 1.0261342003245941e-289);

    /// <summary>
    /// Returns the magnitude below which the square of a gradient is 0 in a mean of squares: 2^-54, about 5.6e-17, in float, and 2^-480,
    /// about 3.2e-145, in double. The square of a number at the limit can be multiplied by 2^-18 (2^-62) before it is subnormal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RootLimit<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementary.Constant<T>(5.551115123125783e-17f, 3.2033329522929615e-145);

    /// <summary>
    /// Returns the magnitude below which the mean of squared gradients becomes 0: 2^-120, about 7.5e-37, in float, and 2^-1010, about
    /// 9.1e-305, in double. A gradient that leaves the mean below it is no larger than the smallest ε that is added to its root.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SquareLimit<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementary.Constant<T>(7.52316384526264e-37f, 9.113902524445497e-305);

    /// <summary>Returns the numbers of a lane, those below the <see cref="Limit{T}"/> as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Flush<TLane, T>(TLane value)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLane.FlushBelow(TLane.Broadcast(Limit<T>()), value);

    /// <summary>Returns gradients that are to be squared, those below the <see cref="RootLimit{T}"/> as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FlushRoots<TLane, T>(TLane value)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLane.FlushBelow(TLane.Broadcast(RootLimit<T>()), value);

    /// <summary>Returns means of squares, those below the <see cref="SquareLimit{T}"/> as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FlushSquares<TLane, T>(TLane value)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLane.FlushBelow(TLane.Broadcast(SquareLimit<T>()), value);

    /// <summary>Sets numbers below the <see cref="Limit{T}"/> to 0.</summary>
    public static void Flush<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* first = values)
        {
            LaneLoop<T>.Run<Flushed<T>, Flushed<T>>(new() { Values = first }, values.Length);
        }
    }

    private struct Flushed<T> : ILaneKernel<Flushed<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Flushed<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                Flush<TLane, T>(TLane.Load(at.Values + k)).Store(at.Values + k);
            }

            return k;
        }
    }
}

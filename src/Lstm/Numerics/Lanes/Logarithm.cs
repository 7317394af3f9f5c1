using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Computes logarithms over lanes.</summary>
internal static class Logarithm
{
    /// <summary>
    /// Computes log(1 + z) for z in [0, 1] as 2 artanh(u) with u = z / (2 + z) in [0, 1/3]: the series 2u (1 + u²/3 + u⁴/5 + ...) has no
    /// constant term and so stays exact near 0. It ends at u^12 in float and at u^30 in double.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1p<TLane, T>(TLane z)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane u = z / (z + TLane.Broadcast(T.CreateTruncating(2))), square = u * u, sum;
        if (typeof(T) == typeof(float))
        {
            sum = Elementary.Constant<TLane, T>(2.0 / 13);
        }
        else
        {
            sum = Elementary.Constant<TLane, T>(2.0 / 31);
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 29));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 27));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 25));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 23));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 21));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 19));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 17));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 15));
            sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 13));
        }

        sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 11));
        sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 9));
        sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 7));
        sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 5));
        sum = TLane.MultiplyAdd(sum, square, Elementary.Constant<TLane, T>(2.0 / 3));
        return TLane.MultiplyAdd(sum * square, u, u + u);
    }

    /// <summary>Computes log(e^a + e^b).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LogAdd<TLane, T>(TLane a, TLane b)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // This order of the arguments lets NaN through, whichever argument it is.
        TLane larger = TLane.Max(a, b), smaller = TLane.Min(b, a);
        return larger + Log1p<TLane, T>(Elementary.Exp<TLane, T>(smaller - larger));
    }
}

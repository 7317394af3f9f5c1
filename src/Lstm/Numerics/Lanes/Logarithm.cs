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
            sum = Term<TLane, T>(13);
        }
        else
        {
            sum = Term<TLane, T>(31);
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(29));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(27));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(25));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(23));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(21));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(19));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(17));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(15));
            sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(13));
        }

        sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(11));
        sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(9));
        sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(7));
        sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(5));
        sum = TLane.MultiplyAdd(sum, square, Term<TLane, T>(3));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Term<TLane, T>(double denominator)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.Broadcast(Elementary.Constant<T>((float)(2 / denominator), 2 / denominator));
}

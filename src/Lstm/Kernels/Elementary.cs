using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// exp, sigmoid and tanh over lanes. All three rest on e^r - 1 = 2^n (e^s - 1) + (2^n - 1) with r = n ln 2 + s, |s| &lt;= ln(2)/2:
/// the reduction by Cody and Waite, then the Taylor series of e^s - 1, which has no constant term and so stays exact near 0.
/// </summary>
internal static class Elementary
{
    /// <summary>1.5 * 2^23 or 2^52: added to a number, it rounds that to an integer and leaves the integer in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RoundingShift<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Constant<T>(12582912f, 6755399441055744.0);

    /// <summary>e^x; at the ends of the range 0 and infinity come half a power of two early, in place of subnormal numbers below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane power = Reduce<TLane, T>(ClampExponent<TLane, T>(x), out TLane tail);
        return power * (Lane<TLane, T>(T.One) + tail);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sigmoid<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane one = Lane<TLane, T>(T.One);
        return one / (one + Exp<TLane, T>(Lane<TLane, T>(T.Zero) - x));
    }

    /// <summary>(e^2|x| - 1) / (e^2|x| + 1) with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Tanh<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // From the limit on, tanh rounds to 1.
        TLane doubled = TLane.Min(Lane<TLane, T>(Constant<T>(20f, 40.0)), TLane.Abs(x) + TLane.Abs(x));
        TLane power = Reduce<TLane, T>(doubled, out TLane tail);
        TLane expMinusOne = TLane.MultiplyAdd(power, tail, power - Lane<TLane, T>(T.One));
        return TLane.CopySign(expMinusOne / (expMinusOne + Lane<TLane, T>(T.CreateTruncating(2))), x);
    }

    /// <summary>Splits e^x into 2^n, which is returned, and e^s - 1, the tail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reduce<TLane, T>(TLane x, out TLane tail)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane shift = Lane<TLane, T>(RoundingShift<T>());
        TLane shifted = TLane.MultiplyAdd(x, Lane<TLane, T>(Constant<T>(1.44269504f, 1.4426950408889634)), shift);
        TLane n = shifted - shift;

        // ln 2 in two parts, the first short enough for n * part to be exact without a fused multiply-add, too.
        TLane s = TLane.MultiplyAdd(n, Lane<TLane, T>(Constant<T>(-0.693359375f, -0.693145751953125)), x);
        s = TLane.MultiplyAdd(n, Lane<TLane, T>(Constant<T>(2.12194440e-4f, -1.42860682030941723e-6)), s);

        tail = TLane.MultiplyAdd(s * s, Quotient<TLane, T>(s), s);
        return TLane.PowerOfTwo(shifted);
    }

    /// <summary>(e^s - 1 - s) / s^2 = 1/2! + s/3! + s^2/4! + ..., to s^7 in float and s^13 in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Quotient<TLane, T>(TLane s)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane q;
        if (typeof(T) == typeof(float))
        {
            q = Reciprocal<TLane, T>(5040);
        }
        else
        {
            q = Reciprocal<TLane, T>(6227020800);
            q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(479001600));
            q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(39916800));
            q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(3628800));
            q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(362880));
            q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(40320));
            q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(5040));
        }

        q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(720));
        q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(120));
        q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(24));
        q = TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(6));
        return TLane.MultiplyAdd(q, s, Reciprocal<TLane, T>(2));
    }

    /// <summary>Keeps n within [-127, 128], the exponents that stand for 0 and for infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ClampExponent<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane low = Lane<TLane, T>(Constant<T>(-88.0296f, -709.0895657128241));
        TLane high = Lane<TLane, T>(Constant<T>(88.7228f, 709.782712893384));
        return TLane.Min(high, TLane.Max(low, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reciprocal<TLane, T>(double denominator)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lane<TLane, T>(Constant<T>((float)(1.0 / denominator), 1.0 / denominator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Lane<TLane, T>(T value)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLane.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Constant<T>(float single, double real)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(single) : Unsafe.BitCast<double, T>(real);
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Computes exp, sigmoid and tanh over lanes. All three rest on e^r - 1 = 2^n (e^s - 1) + (2^n - 1) with r = n ln 2 + s, |s| &lt;= ln(2)/2:
/// the reduction by Cody and Waite, then the Taylor series of e^s - 1, which has no constant term and so stays exact near 0.
/// The largest errors with fused multiply-adds, in units in the last place and including subnormal results, are 1.1 in float and 1.0 in
/// double for exp, 2.5 and 2.0 for sigmoid, and 2.4 and 2.3 for tanh.
/// </summary>
internal static class Elementary
{
    /// <summary>Returns 1.5 * 2^23 or 1.5 * 2^52: adding it rounds a number to an integer, which is left in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RoundingShift<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Constant<T>(12582912f, 6755399441055744.0);

    /// <summary>Computes e^x, down to the smallest subnormal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Beyond these limits e^x is 0 or infinity. 2^n takes two factors, as a single one reaches only the normal numbers.
        TLane clamped = Clamp<TLane, T>(Constant<T>(-105f, -746.0), x, Constant<T>(89f, 710.0));
        TLane shift = TLane.Broadcast(RoundingShift<T>());
        TLane n = Reduce<TLane, T>(clamped, shift, out TLane tail) - shift;
        TLane half = TLane.MultiplyAdd(n, Constant<TLane, T>(0.5), shift);
        TLane rest = n - (half - shift) + shift;
        return (TLane.Broadcast(T.One) + tail) * TLane.PowerOfTwo(half) * TLane.PowerOfTwo(rest);
    }

    /// <summary>
    /// Computes 1 / (1 + e^-x) as q / (q + q e^-x), q = 2^-24 or 2^-56: e^-x alone would overflow where sigmoid begins to be subnormal. The
    /// factor costs nothing, as it is part of the number that rounds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sigmoid<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Sigmoid rounds to 1 from the first limit on, and to 0 from the second.
        TLane negative = Clamp<TLane, T>(Constant<T>(-60f, -600.0), TLane.Broadcast(T.Zero) - x, Constant<T>(104.5f, 746.0));
        TLane shifted = Reduce<TLane, T>(negative, TLane.Broadcast(Constant<T>(12582912f - 24, 6755399441055744.0 - 56)), out TLane tail);
        TLane q = TLane.Broadcast(Constant<T>(1f / (1 << 24), 1.0 / (1L << 56)));
        return q / TLane.MultiplyAdd(TLane.PowerOfTwo(shifted), TLane.Broadcast(T.One) + tail, q);
    }

    /// <summary>Computes (e^2|x| - 1) / (e^2|x| + 1) with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Tanh<TLane, T>(TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // From the limit on, tanh rounds to 1.
        TLane doubled = TLane.Min(TLane.Broadcast(Constant<T>(20f, 40.0)), TLane.Abs(x) + TLane.Abs(x));
        TLane power = TLane.PowerOfTwo(Reduce<TLane, T>(doubled, TLane.Broadcast(RoundingShift<T>()), out TLane tail));
        TLane expMinusOne = TLane.MultiplyAdd(power, tail, power - TLane.Broadcast(T.One));
        return TLane.CopySign(expMinusOne / (expMinusOne + TLane.Broadcast(T.CreateTruncating(2))), x);
    }

    /// <summary>Splits e^x into 2^n and e^s - 1: returns n plus the shift, and e^s - 1 as the tail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reduce<TLane, T>(TLane x, TLane shift, out TLane tail)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane shifted = TLane.MultiplyAdd(x, TLane.Broadcast(Constant<T>(1.44269504f, 1.4426950408889634)), shift);
        TLane n = shifted - shift;

        // ln 2 has two parts; the first is short enough for n * part to be exact even without a fused multiply-add.
        TLane s = TLane.MultiplyAdd(n, TLane.Broadcast(Constant<T>(-0.693359375f, -0.693145751953125)), x);
        s = TLane.MultiplyAdd(n, TLane.Broadcast(Constant<T>(2.12194440e-4f, -1.42860682030941723e-6)), s);

        tail = TLane.MultiplyAdd(s * s, Quotient<TLane, T>(s), s);
        return shifted;
    }

    /// <summary>
    /// Computes (e^s - 1 - s) / s^2 = 1/2! + s/3! + s^2/4! + ..., with the terms of e^s to s^7 in float and s^13 in double.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Quotient<TLane, T>(TLane s)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane q;
        if (typeof(T) == typeof(float))
        {
            q = Constant<TLane, T>(1.0 / 5040);
        }
        else
        {
            q = Constant<TLane, T>(1.0 / 6227020800);
            q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 479001600));
            q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 39916800));
            q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 3628800));
            q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 362880));
            q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 40320));
            q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 5040));
        }

        q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 720));
        q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 120));
        q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 24));
        q = TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 6));
        return TLane.MultiplyAdd(q, s, Constant<TLane, T>(1.0 / 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Clamp<TLane, T>(T low, TLane x, T high)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.Min(TLane.Broadcast(high), TLane.Max(TLane.Broadcast(low), x));

    /// <summary>Returns a number, rounded to the type of the lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Constant<TLane, T>(double value)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLane.Broadcast(Constant<T>((float)value, value));

    /// <summary>Returns one of two numbers, the one of the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Constant<T>(float single, double real)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(single) : Unsafe.BitCast<double, T>(real);
}

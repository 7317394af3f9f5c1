using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>A layer normalisation with its gain and shift: y = gain*x̂ + shift (Ba et al., "Layer Normalization", 2016).</summary>
internal static unsafe class AffineNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="v">[size].</param>
    /// <param name="size">The number of units.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="gain">[size].</param>
    /// <param name="shift">[size], or null.</param>
    /// <param name="normalized">[size] out: x̂; may be <paramref name="v"/>.</param>
    /// <param name="y">[size] out: gain*x̂ + shift; may be <paramref name="v"/>.</param>
    /// <param name="accumulate">Whether to add to y.</param>
    /// <returns>r = 1 / sqrt(var + eps).</returns>
    public static T Forward(T* v, int size, T epsilon, T* gain, T* shift, T* normalized, T* y, bool accumulate)
    {
        Vectors at = new() { Normalized = normalized, Gain = gain, Shift = shift, Values = v, Result = y };
        if (Simd.IsWide)
        {
            return Forward<Vector512Lane<T>>(at, size, epsilon, accumulate);
        }

        return Simd.IsVector ? Forward<VectorLane<T>>(at, size, epsilon, accumulate) : Forward<ScalarLane<T>>(at, size, epsilon, accumulate);
    }

    /// <summary>With dx̂ = gain*dy: dv = r * (dx̂ - mean(dx̂) - x̂ * mean(dx̂ * x̂)).</summary>
    /// <param name="dy">[size].</param>
    /// <param name="normalized">[size] x̂.</param>
    /// <param name="r">What the forward pass gave.</param>
    /// <param name="gain">[size].</param>
    /// <param name="gainGradient">[size] += dy*x̂.</param>
    /// <param name="shiftGradient">[size] += dy; or null.</param>
    /// <param name="size">The number of units.</param>
    /// <param name="dv">[size] out; may be <paramref name="dy"/> or <paramref name="normalized"/>.</param>
    public static void Backward(T* dy, T* normalized, T r, T* gain, T* gainGradient, T* shiftGradient, int size, T* dv)
    {
        Vectors at = new() { Normalized = normalized, Gain = gain, Values = dy, GainGradient = gainGradient, ShiftGradient = shiftGradient, Result = dv };
        if (Simd.IsWide)
        {
            Backward<Vector512Lane<T>>(at, r, size);
        }
        else if (Simd.IsVector)
        {
            Backward<VectorLane<T>>(at, r, size);
        }
        else
        {
            Backward<ScalarLane<T>>(at, r, size);
        }
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static T Forward<TLane>(in Vectors at, int size, T epsilon, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T count = T.CreateTruncating(size), sum = T.Zero, squares = T.Zero;
        TLane sums = default, squareSums = default, rests = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            sums += TLane.Load(at.Values + u);
        }

        for (; u < size; u++)
        {
            sum += at.Values[u];
        }

        T mean = (sum + TLane.Sum(sums)) / count;                                           // (1) mean = sum(v) / n
        TLane means = TLane.Broadcast(mean);
        for (u = 0; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(at.Values + u) - means;
            rests += d;
            squareSums = TLane.MultiplyAdd(d, d, squareSums);
        }

        T rest = T.Zero;
        for (; u < size; u++)
        {
            T d = at.Values[u] - mean;
            rest += d;
            squares += d * d;
        }

        // What rounding has left of the mean: the corrected two-pass algorithm of Chan, Golub and LeVeque (1983).
        rest = (rest + TLane.Sum(rests)) / count;
        T variance = (squares + TLane.Sum(squareSums)) / count - rest * rest;               // (2) var = sum((v - mean)^2) / n
        T r = T.One / T.Sqrt(variance + epsilon);                                           // (3) r = 1 / sqrt(var + eps)
        TLane scale = TLane.Broadcast(r), restLane = TLane.Broadcast(rest);
        for (u = 0; u < whole; u += TLane.Count)
        {
            Scale(at, u, (TLane.Load(at.Values + u) - means - restLane) * scale, accumulate);   // (4) x̂ = (v - mean) * r
        }

        for (; u < size; u++)
        {
            Scale(at, u, ScalarLane<T>.Broadcast((at.Values[u] - mean - rest) * r), accumulate);
        }

        return r;
    }

    /// <summary>(5) y = gain*x̂ + shift: stores x̂ and y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TLane>(in Vectors at, int u, TLane normalized, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane y = TLane.Load(at.Gain + u) * normalized;                                     // (5)
        if (at.Shift != null)
        {
            y += TLane.Load(at.Shift + u);
        }

        if (accumulate)
        {
            y += TLane.Load(at.Result + u);
        }

        normalized.Store(at.Normalized + u);
        y.Store(at.Result + u);
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static void Backward<TLane>(in Vectors at, T r, int size)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T count = T.CreateTruncating(size), sum = T.Zero, product = T.Zero;
        TLane sums = default, products = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            TLane d = BackScale<TLane>(at, u);
            sums += d;
            products = TLane.MultiplyAdd(d, TLane.Load(at.Normalized + u), products);
        }

        for (; u < size; u++)
        {
            T d = ScalarLane<T>.Sum(BackScale<ScalarLane<T>>(at, u));
            sum += d;
            product += d * at.Normalized[u];
        }

        T byMean = (sum + TLane.Sum(sums)) / count;                                         // (1)
        T byVariance = (product + TLane.Sum(products)) / count;                             // (2)
        TLane byMeans = TLane.Broadcast(byMean), byVariances = TLane.Broadcast(byVariance), scale = TLane.Broadcast(r);
        for (u = 0; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(at.Gain + u) * TLane.Load(at.Values + u) - byMeans - TLane.Load(at.Normalized + u) * byVariances;
            (d * scale).Store(at.Result + u);                                               // (4)(3)
        }

        for (; u < size; u++)
        {
            at.Result[u] = (at.Gain[u] * at.Values[u] - byMean - at.Normalized[u] * byVariance) * r;
        }
    }

    /// <summary>(5) y = gain*x̂ + shift backwards: adds the gradients of gain and shift.</summary>
    /// <returns>dx̂.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane BackScale<TLane>(in Vectors at, int u)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane dy = TLane.Load(at.Values + u);
        TLane.MultiplyAdd(dy, TLane.Load(at.Normalized + u), TLane.Load(at.GainGradient + u)).Store(at.GainGradient + u);   // (5)
        if (at.ShiftGradient != null)
        {
            (TLane.Load(at.ShiftGradient + u) + dy).Store(at.ShiftGradient + u);            // (5)
        }

        return TLane.Load(at.Gain + u) * dy;                                                // (5)
    }

    private struct Vectors
    {
        public T* Normalized, Gain, Shift, Values, GainGradient, ShiftGradient, Result;
    }
}

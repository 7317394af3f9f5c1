using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The normalisation of one row, x̂ = (v - mean) / sqrt(var + eps) with the biased variance (Ba et al., "Layer Normalization", 2016).
/// Gain and shift belong to the caller: y = gain * x̂ + shift.
/// </summary>
internal static unsafe class LayerNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>x̂ from v, and r = 1 / sqrt(var + eps). <paramref name="normalized"/> may be <paramref name="v"/>.</summary>
    /// <returns>r.</returns>
    public static T Forward(T* v, int size, T epsilon, T* normalized) =>
        Simd.IsWide ? Forward<Vector512Lane<T>>(v, size, epsilon, normalized)
        : Simd.IsVector ? Forward<VectorLane<T>>(v, size, epsilon, normalized)
        : Forward<ScalarLane<T>>(v, size, epsilon, normalized);

    /// <summary>
    /// dv = r * (dx̂ - mean(dx̂) - x̂ * mean(dx̂ * x̂)): what the gradient loses by (1), where v moves the mean, and by (2), where it moves
    /// the variance. <paramref name="dv"/> may be <paramref name="dNormalized"/>.
    /// </summary>
    public static void Backward(T* dNormalized, T* normalized, T r, int size, T* dv)
    {
        if (Simd.IsWide)
        {
            Backward<Vector512Lane<T>>(dNormalized, normalized, r, size, dv);
        }
        else if (Simd.IsVector)
        {
            Backward<VectorLane<T>>(dNormalized, normalized, r, size, dv);
        }
        else
        {
            Backward<ScalarLane<T>>(dNormalized, normalized, r, size, dv);
        }
    }

    /// <summary>(1) mean = sum(v) / n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mean<TLane>(T* v, int size)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T sum = T.Zero;
        TLane sums = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            sums += TLane.Load(v + u);
        }

        for (; u < size; u++)
        {
            sum += v[u];
        }

        return (sum + TLane.Sum(sums)) / T.CreateTruncating(size);
    }

    /// <summary>(2) var = sum((v - mean)^2) / n, by the corrected two-pass algorithm of Chan, Golub and LeVeque (1983).</summary>
    /// <param name="v">[size].</param>
    /// <param name="size">n.</param>
    /// <param name="mean">(1).</param>
    /// <param name="rest">What rounding has left of the mean: mean(v - mean).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Variance<TLane>(T* v, int size, T mean, out T rest)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T count = T.CreateTruncating(size), sum = T.Zero, squares = T.Zero;
        TLane means = TLane.Broadcast(mean), sums = default, squareSums = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(v + u) - means;
            sums += d;
            squareSums = TLane.MultiplyAdd(d, d, squareSums);
        }

        for (; u < size; u++)
        {
            T d = v[u] - mean;
            sum += d;
            squares += d * d;
        }

        rest = (sum + TLane.Sum(sums)) / count;
        return (squares + TLane.Sum(squareSums)) / count - rest * rest;
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static T Forward<TLane>(T* v, int size, T epsilon, T* normalized)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T mean = Mean<TLane>(v, size);                                                      // (1)
        T variance = Variance<TLane>(v, size, mean, out T rest);                            // (2)
        T r = T.One / T.Sqrt(variance + epsilon);                                           // (3) r = 1 / sqrt(var + eps)
        TLane means = TLane.Broadcast(mean), rests = TLane.Broadcast(rest), scale = TLane.Broadcast(r);
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            ((TLane.Load(v + u) - means - rests) * scale).Store(normalized + u);            // (4) x̂ = (v - mean) * r
        }

        for (; u < size; u++)
        {
            normalized[u] = (v[u] - mean - rest) * r;
        }

        return r;
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static void Backward<TLane>(T* dNormalized, T* normalized, T r, int size, T* dv)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T count = T.CreateTruncating(size), sum = T.Zero, product = T.Zero;
        TLane sums = default, products = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(dNormalized + u);
            sums += d;
            products = TLane.MultiplyAdd(d, TLane.Load(normalized + u), products);
        }

        for (; u < size; u++)
        {
            sum += dNormalized[u];
            product += dNormalized[u] * normalized[u];
        }

        T byMean = (sum + TLane.Sum(sums)) / count;                                         // (1)
        T byVariance = (product + TLane.Sum(products)) / count;                             // (2)
        TLane byMeans = TLane.Broadcast(byMean), byVariances = TLane.Broadcast(byVariance), scale = TLane.Broadcast(r);
        for (u = 0; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(dNormalized + u) - byMeans - TLane.Load(normalized + u) * byVariances;
            (d * scale).Store(dv + u);                                                      // (4)(3)
        }

        for (; u < size; u++)
        {
            dv[u] = (dNormalized[u] - byMean - normalized[u] * byVariance) * r;
        }
    }
}

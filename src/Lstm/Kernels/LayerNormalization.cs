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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Forward(T* v, int size, T epsilon, T* normalized)
    {
        T count = T.CreateTruncating(size);
        T mean = Mean(v, size, count);                                                      // (1) mean = sum(v) / n
        T variance = CenteredSquares(v, size, mean) / count;                                // (2) var = sum((v - mean)^2) / n
        T r = T.One / T.Sqrt(variance + epsilon);                                           // (3) r = 1 / sqrt(var + eps)
        int u = 0;
        for (; u <= size - VectorLane<T>.Count; u += VectorLane<T>.Count)
        {
            Normalize<VectorLane<T>>(v + u, mean, r, normalized + u);
        }

        for (; u < size; u++)
        {
            Normalize<ScalarLane<T>>(v + u, mean, r, normalized + u);
        }

        return r;
    }

    /// <summary>
    /// dv = r * (dx̂ - mean(dx̂) - x̂ * mean(dx̂ * x̂)): what the gradient loses by (1), where v moves the mean, and by (2), where it moves
    /// the variance. <paramref name="dv"/> may be <paramref name="dNormalized"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(T* dNormalized, T* normalized, T r, int size, T* dv)
    {
        T count = T.CreateTruncating(size);
        VectorLane<T> sums = default, products = default;
        T sum = T.Zero, product = T.Zero;
        int u = 0;
        for (; u <= size - VectorLane<T>.Count; u += VectorLane<T>.Count)
        {
            VectorLane<T> d = VectorLane<T>.Load(dNormalized + u);
            sums += d;
            products = VectorLane<T>.MultiplyAdd(d, VectorLane<T>.Load(normalized + u), products);
        }

        for (; u < size; u++)
        {
            sum += dNormalized[u];
            product += dNormalized[u] * normalized[u];
        }

        T byMean = (sum + VectorLane<T>.Sum(sums)) / count;
        T byVariance = (product + VectorLane<T>.Sum(products)) / count;
        for (u = 0; u <= size - VectorLane<T>.Count; u += VectorLane<T>.Count)
        {
            Differentiate<VectorLane<T>>(dNormalized + u, normalized + u, r, byMean, byVariance, dv + u);
        }

        for (; u < size; u++)
        {
            Differentiate<ScalarLane<T>>(dNormalized + u, normalized + u, r, byMean, byVariance, dv + u);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normalize<TLane>(T* v, T mean, T r, T* normalized)
        where TLane : unmanaged, ILane<TLane, T> =>
        ((TLane.Load(v) - TLane.Broadcast(mean)) * TLane.Broadcast(r)).Store(normalized);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Differentiate<TLane>(T* dNormalized, T* normalized, T r, T byMean, T byVariance, T* dv)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane d = TLane.Load(dNormalized) - TLane.Broadcast(byMean) - TLane.Load(normalized) * TLane.Broadcast(byVariance);
        (d * TLane.Broadcast(r)).Store(dv);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mean(T* v, int size, T count)
    {
        VectorLane<T> sums = default;
        T sum = T.Zero;
        int u = 0;
        for (; u <= size - VectorLane<T>.Count; u += VectorLane<T>.Count)
        {
            sums += VectorLane<T>.Load(v + u);
        }

        for (; u < size; u++)
        {
            sum += v[u];
        }

        return (sum + VectorLane<T>.Sum(sums)) / count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T CenteredSquares(T* v, int size, T mean)
    {
        VectorLane<T> sums = default;
        VectorLane<T> means = VectorLane<T>.Broadcast(mean);
        T sum = T.Zero;
        int u = 0;
        for (; u <= size - VectorLane<T>.Count; u += VectorLane<T>.Count)
        {
            VectorLane<T> d = VectorLane<T>.Load(v + u) - means;
            sums = VectorLane<T>.MultiplyAdd(d, d, sums);
        }

        for (; u < size; u++)
        {
            sum += (v[u] - mean) * (v[u] - mean);
        }

        return sum + VectorLane<T>.Sum(sums);
    }
}

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

    [MethodImpl(LaneLoop.Kernel)]
    private static T Forward<TLane>(T* v, int size, T epsilon, T* normalized)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T count = T.CreateTruncating(size), sum = T.Zero, squares = T.Zero;
        TLane sums = default, squareSums = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            sums += TLane.Load(v + u);
        }

        for (; u < size; u++)
        {
            sum += v[u];
        }

        T mean = (sum + TLane.Sum(sums)) / count;                                           // (1) mean = sum(v) / n
        TLane means = TLane.Broadcast(mean);
        for (u = 0; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(v + u) - means;
            squareSums = TLane.MultiplyAdd(d, d, squareSums);
        }

        for (; u < size; u++)
        {
            squares += (v[u] - mean) * (v[u] - mean);
        }

        T variance = (squares + TLane.Sum(squareSums)) / count;                             // (2) var = sum((v - mean)^2) / n
        T r = T.One / T.Sqrt(variance + epsilon);                                           // (3) r = 1 / sqrt(var + eps)
        TLane scale = TLane.Broadcast(r);
        for (u = 0; u < whole; u += TLane.Count)
        {
            ((TLane.Load(v + u) - means) * scale).Store(normalized + u);                    // (4) x̂ = (v - mean) * r
        }

        for (; u < size; u++)
        {
            normalized[u] = (v[u] - mean) * r;
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

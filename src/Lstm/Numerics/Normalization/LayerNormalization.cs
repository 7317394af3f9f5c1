using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Normalises neighbouring groups of units: x̂ = (v - mean) / sqrt(var + eps) with the biased variance, and y = gain*x̂ + shift if there is
/// a gain (Ba et al., "Layer Normalization", 2016). All groups finish a step of the computation before any group begins the next: each sum
/// is a chain of additions that wait for one another, and the chains of several groups overlap in the processor.
/// </summary>
internal static unsafe class LayerNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most groups of a row: one for each gate.</summary>
    private const int MostGroups = 4;

    /// <summary>Computes x̂, r and, if there is a gain, y.</summary>
    public static void Forward(in NormalizedRow<T> row)
    {
        Debug.Assert(row.Groups <= MostGroups, "There is no room for the sums of more groups.");
        if (Simd.IsWide)
        {
            Forward<Vector512Lane<T>>(row);
        }
        else if (Simd.IsVector)
        {
            Forward<VectorLane<T>>(row);
        }
        else
        {
            Forward<ScalarLane<T>>(row);
        }
    }

    /// <summary>
    /// Computes, with dx̂ = gain*dy, dv = r * (dx̂ - mean(dx̂) - x̂ * mean(dx̂ * x̂)): the first mean is what the gradient loses through
    /// (1), as v moves the mean, and the second what it loses through (2), as v moves the variance. Reads dy from the place of v, and
    /// writes dv to that of y.
    /// </summary>
    public static void Backward(in NormalizedRow<T> row)
    {
        Debug.Assert(row.Groups <= MostGroups, "There is no room for the sums of more groups.");
        if (Simd.IsWide)
        {
            Backward<Vector512Lane<T>>(row);
        }
        else if (Simd.IsVector)
        {
            Backward<VectorLane<T>>(row);
        }
        else
        {
            Backward<ScalarLane<T>>(row);
        }
    }

    /// <summary>Computes mean = sum(v) / n (1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mean<TLane>(T* v, int size)
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

    /// <summary>
    /// Computes var = sum((v - mean)^2) / n (2), by the corrected two-pass algorithm of Chan, Golub and LeVeque (1983); the rest is what
    /// rounding has left out of the mean, mean(v - mean).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Variance<TLane>(T* v, int size, T mean, out T rest)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T count = T.CreateTruncating(size), sum = T.Zero, squares = T.Zero;
        TLane means = TLane.Broadcast(mean), sums = default, squareSums = default;
        int u = 0, whole = size - size % TLane.Count;
        for (; u < whole; u += TLane.Count)
        {
            TLane d = TLane.Load(v + u) - means;
            sums += d;
            TLane.AddProduct(ref squareSums, d, d);
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
    private static void Forward<TLane>(in NormalizedRow<T> at)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int groups = at.Groups, size = at.Size;
        T* means = stackalloc T[MostGroups], rests = stackalloc T[MostGroups];
        for (int k = 0; k < groups; k++)
        {
            means[k] = Mean<TLane>(at.Values.First + k * size, size);                       // (1)
        }

        for (int k = 0; k < groups; k++)
        {
            T variance = Variance<TLane>(at.Values.First + k * size, size, means[k], out rests[k]);  // (2)
            at.Scales.First[k] = T.One / T.Sqrt(variance + at.Epsilon);                     // (3) r = 1 / sqrt(var + eps)
        }

        for (int k = 0; k < groups; k++)
        {
            T mean = means[k], rest = rests[k], r = at.Scales.First[k];
            TLane meanLane = TLane.Broadcast(mean), restLane = TLane.Broadcast(rest), scale = TLane.Broadcast(r);
            int u = k * size, end = u + size, whole = end - size % TLane.Count;
            for (; u < whole; u += TLane.Count)
            {
                Scale(at, u, (TLane.Load(at.Values, u) - meanLane - restLane) * scale);     // (4) x̂ = (v - mean) * r
            }

            for (; u < end; u++)
            {
                Scale(at, u, ScalarLane<T>.Broadcast((at.Values.First[u] - mean - rest) * r));
            }
        }
    }

    /// <summary>Computes y = gain*x̂ + shift (5), and stores x̂ and y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TLane>(in NormalizedRow<T> at, int u, TLane normalized)
        where TLane : unmanaged, ILane<TLane, T>
    {
        normalized.Store(at.Normalized, u);
        if (at.Gain.IsNone)
        {
            return;
        }

        TLane y = TLane.Load(at.Gain, u) * normalized;                                      // (5)
        if (!at.Shift.IsNone)
        {
            y += TLane.Load(at.Shift, u);
        }

        if (at.Accumulates)
        {
            y += TLane.Load(at.Result, u);
        }

        y.Store(at.Result, u);
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static void Backward<TLane>(in NormalizedRow<T> at)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int groups = at.Groups, size = at.Size;
        T* byMean = stackalloc T[MostGroups], byVariance = stackalloc T[MostGroups];
        T count = T.CreateTruncating(size);
        for (int k = 0; k < groups; k++)
        {
            T sum = T.Zero, product = T.Zero;
            TLane sums = default, products = default;
            int u = k * size, end = u + size, whole = end - size % TLane.Count;
            for (; u < whole; u += TLane.Count)
            {
                TLane d = BackScale<TLane>(at, u);
                sums += d;
                TLane.AddProduct(ref products, d, TLane.Load(at.Normalized, u));
            }

            for (; u < end; u++)
            {
                T d = ScalarLane<T>.Sum(BackScale<ScalarLane<T>>(at, u));
                sum += d;
                product += d * at.Normalized.First[u];
            }

            byMean[k] = (sum + TLane.Sum(sums)) / count;                                    // (1)
            byVariance[k] = (product + TLane.Sum(products)) / count;                        // (2)
        }

        for (int k = 0; k < groups; k++)
        {
            TLane byMeans = TLane.Broadcast(byMean[k]), byVariances = TLane.Broadcast(byVariance[k]);
            TLane scale = TLane.Broadcast(at.Scales.First[k]);
            int u = k * size, end = u + size, whole = end - size % TLane.Count;
            for (; u < whole; u += TLane.Count)
            {
                TLane d = GradientAtNormalized<TLane>(at, u) - byMeans - TLane.Load(at.Normalized, u) * byVariances;
                (d * scale).Store(at.Result, u);                                            // (4)(3)
            }

            for (; u < end; u++)
            {
                T d = ScalarLane<T>.Sum(GradientAtNormalized<ScalarLane<T>>(at, u)) - byMean[k] - at.Normalized.First[u] * byVariance[k];
                at.Result.First[u] = d * at.Scales.First[k];
            }
        }
    }

    /// <summary>Goes back through y = gain*x̂ + shift (5): adds to the gradients of gain and shift.</summary>
    /// <returns>dx̂.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane BackScale<TLane>(in NormalizedRow<T> at, int u)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane dy = TLane.Load(at.Values, u);
        if (at.Gain.IsNone)
        {
            return dy;
        }

        TLane.MultiplyAdd(dy, TLane.Load(at.Normalized, u), TLane.Load(at.GainGradient, u)).Store(at.GainGradient, u);  // (5)
        if (!at.ShiftGradient.IsNone)
        {
            (TLane.Load(at.ShiftGradient, u) + dy).Store(at.ShiftGradient, u);              // (5)
        }

        return TLane.Load(at.Gain, u) * dy;                                                 // (5)
    }

    /// <summary>Computes dx̂ once more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane GradientAtNormalized<TLane>(in NormalizedRow<T> at, int u)
        where TLane : unmanaged, ILane<TLane, T> =>
        at.Gain.IsNone ? TLane.Load(at.Values, u) : TLane.Load(at.Gain, u) * TLane.Load(at.Values, u);
}

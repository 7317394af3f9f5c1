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
        Vectors at = Vectors.Of(row);
        if (Simd.IsWide)
        {
            Forward<Vector512Lane<T>>(at, row.Groups, row.Size, row.Epsilon, row.Accumulates);
        }
        else if (Simd.IsVector)
        {
            Forward<VectorLane<T>>(at, row.Groups, row.Size, row.Epsilon, row.Accumulates);
        }
        else
        {
            Forward<ScalarLane<T>>(at, row.Groups, row.Size, row.Epsilon, row.Accumulates);
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
        Vectors at = Vectors.Of(row);
        if (Simd.IsWide)
        {
            Backward<Vector512Lane<T>>(at, row.Groups, row.Size);
        }
        else if (Simd.IsVector)
        {
            Backward<VectorLane<T>>(at, row.Groups, row.Size);
        }
        else
        {
            Backward<ScalarLane<T>>(at, row.Groups, row.Size);
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

    /// <summary>Computes var = sum((v - mean)^2) / n (2), by the corrected two-pass algorithm of Chan, Golub and LeVeque (1983).</summary>
    /// <param name="v">v, [size].</param>
    /// <param name="size">n.</param>
    /// <param name="mean">The mean (1).</param>
    /// <param name="rest">What rounding has left out of the mean: mean(v - mean).</param>
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
    private static void Forward<TLane>(in Vectors at, int groups, int size, T epsilon, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T* means = stackalloc T[MostGroups], rests = stackalloc T[MostGroups];
        for (int k = 0; k < groups; k++)
        {
            means[k] = Mean<TLane>(at.Values + k * size, size);       // (1)
        }

        for (int k = 0; k < groups; k++)
        {
            T variance = Variance<TLane>(at.Values + k * size, size, means[k], out rests[k]);      // (2)
            at.Scales[k] = T.One / T.Sqrt(variance + epsilon);                              // (3) r = 1 / sqrt(var + eps)
        }

        for (int k = 0; k < groups; k++)
        {
            T mean = means[k], rest = rests[k], r = at.Scales[k];
            TLane meanLane = TLane.Broadcast(mean), restLane = TLane.Broadcast(rest), scale = TLane.Broadcast(r);
            int u = k * size, end = u + size, whole = end - size % TLane.Count;
            for (; u < whole; u += TLane.Count)
            {
                Scale(at, u, (TLane.Load(at.Values + u) - meanLane - restLane) * scale, accumulate);    // (4) x̂ = (v - mean) * r
            }

            for (; u < end; u++)
            {
                Scale(at, u, ScalarLane<T>.Broadcast((at.Values[u] - mean - rest) * r), accumulate);
            }
        }
    }

    /// <summary>Computes y = gain*x̂ + shift (5), and stores x̂ and y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TLane>(in Vectors at, int u, TLane normalized, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        normalized.Store(at.Normalized + u);
        if (at.Gain == null)
        {
            return;
        }

        TLane y = TLane.Load(at.Gain + u) * normalized;                                     // (5)
        if (at.Shift != null)
        {
            y += TLane.Load(at.Shift + u);
        }

        if (accumulate)
        {
            y += TLane.Load(at.Result + u);
        }

        y.Store(at.Result + u);
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static void Backward<TLane>(in Vectors at, int groups, int size)
        where TLane : unmanaged, ILane<TLane, T>
    {
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
                products = TLane.MultiplyAdd(d, TLane.Load(at.Normalized + u), products);
            }

            for (; u < end; u++)
            {
                T d = ScalarLane<T>.Sum(BackScale<ScalarLane<T>>(at, u));
                sum += d;
                product += d * at.Normalized[u];
            }

            byMean[k] = (sum + TLane.Sum(sums)) / count;                                    // (1)
            byVariance[k] = (product + TLane.Sum(products)) / count;                        // (2)
        }

        for (int k = 0; k < groups; k++)
        {
            TLane byMeans = TLane.Broadcast(byMean[k]), byVariances = TLane.Broadcast(byVariance[k]), scale = TLane.Broadcast(at.Scales[k]);
            int u = k * size, end = u + size, whole = end - size % TLane.Count;
            for (; u < whole; u += TLane.Count)
            {
                TLane d = GradientAtNormalized<TLane>(at, u) - byMeans - TLane.Load(at.Normalized + u) * byVariances;
                (d * scale).Store(at.Result + u);                                           // (4)(3)
            }

            for (; u < end; u++)
            {
                T d = ScalarLane<T>.Sum(GradientAtNormalized<ScalarLane<T>>(at, u)) - byMean[k] - at.Normalized[u] * byVariance[k];
                at.Result[u] = d * at.Scales[k];
            }
        }
    }

    /// <summary>Goes back through y = gain*x̂ + shift (5): adds to the gradients of gain and shift.</summary>
    /// <returns>dx̂.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane BackScale<TLane>(in Vectors at, int u)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane dy = TLane.Load(at.Values + u);
        if (at.Gain == null)
        {
            return dy;
        }

        TLane.MultiplyAdd(dy, TLane.Load(at.Normalized + u), TLane.Load(at.GainGradient + u)).Store(at.GainGradient + u);   // (5)
        if (at.ShiftGradient != null)
        {
            (TLane.Load(at.ShiftGradient + u) + dy).Store(at.ShiftGradient + u);            // (5)
        }

        return TLane.Load(at.Gain + u) * dy;                                                // (5)
    }

    /// <summary>Computes dx̂ once more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane GradientAtNormalized<TLane>(in Vectors at, int u)
        where TLane : unmanaged, ILane<TLane, T> =>
        at.Gain == null ? TLane.Load(at.Values + u) : TLane.Load(at.Gain + u) * TLane.Load(at.Values + u);

    private struct Vectors
    {
        public T* Normalized, Gain, Shift, Values, GainGradient, ShiftGradient, Result, Scales;

        public static Vectors Of(in NormalizedRow<T> row) => new()
        {
            Values = row.Values.First,
            Normalized = row.Normalized.First,
            Gain = row.Gain.First,
            Shift = row.Shift.First,
            Result = row.Result.First,
            Scales = row.Scales.First,
            GainGradient = row.GainGradient.First,
            ShiftGradient = row.ShiftGradient.First,
        };
    }
}

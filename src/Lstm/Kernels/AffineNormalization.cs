using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// Layer normalisations of neighbouring groups of units, each with gain and shift: y = gain*x̂ + shift (Ba et al., "Layer Normalization", 2016).
/// All groups take a step of it before any takes the next one: each sum is a chain of additions that wait for one another, and those of several
/// groups overlap in the processor.
/// </summary>
internal static unsafe class AffineNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>One for each gate.</summary>
    private const int MostGroups = 4;

    /// <param name="v">[groups][size].</param>
    /// <param name="groups">The number of groups, 4 at most.</param>
    /// <param name="size">The units of each.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="gain">[groups][size].</param>
    /// <param name="shift">[groups][size], or null.</param>
    /// <param name="normalized">[groups][size] out: x̂; it or y may be <paramref name="v"/>.</param>
    /// <param name="y">[groups][size] out: gain*x̂ + shift.</param>
    /// <param name="r">[groups] out: 1 / sqrt(var + eps).</param>
    /// <param name="accumulate">Whether to add to y.</param>
    public static void Forward(T* v, int groups, int size, T epsilon, T* gain, T* shift, T* normalized, T* y, T* r, bool accumulate)
    {
        Debug.Assert(groups <= MostGroups, "The sums of more groups have no room.");
        Vectors at = new() { Normalized = normalized, Gain = gain, Shift = shift, Values = v, Result = y, Scales = r };
        if (Simd.IsWide)
        {
            Forward<Vector512Lane<T>>(at, groups, size, epsilon, accumulate);
        }
        else if (Simd.IsVector)
        {
            Forward<VectorLane<T>>(at, groups, size, epsilon, accumulate);
        }
        else
        {
            Forward<ScalarLane<T>>(at, groups, size, epsilon, accumulate);
        }
    }

    /// <summary>With dx̂ = gain*dy: dv = r * (dx̂ - mean(dx̂) - x̂ * mean(dx̂ * x̂)).</summary>
    /// <param name="dy">[groups][size].</param>
    /// <param name="normalized">[groups][size] x̂.</param>
    /// <param name="r">[groups] what the forward pass gave.</param>
    /// <param name="gain">[groups][size].</param>
    /// <param name="gainGradient">[groups][size] += dy*x̂.</param>
    /// <param name="shiftGradient">[groups][size] += dy; or null.</param>
    /// <param name="groups">The number of groups, 4 at most.</param>
    /// <param name="size">The units of each.</param>
    /// <param name="dv">[groups][size] out; may be <paramref name="dy"/> or <paramref name="normalized"/>.</param>
    public static void Backward(T* dy, T* normalized, T* r, T* gain, T* gainGradient, T* shiftGradient, int groups, int size, T* dv)
    {
        Debug.Assert(groups <= MostGroups, "The sums of more groups have no room.");
        Vectors at = new()
        {
            Normalized = normalized,
            Gain = gain,
            Values = dy,
            GainGradient = gainGradient,
            ShiftGradient = shiftGradient,
            Result = dv,
            Scales = r,
        };
        if (Simd.IsWide)
        {
            Backward<Vector512Lane<T>>(at, groups, size);
        }
        else if (Simd.IsVector)
        {
            Backward<VectorLane<T>>(at, groups, size);
        }
        else
        {
            Backward<ScalarLane<T>>(at, groups, size);
        }
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static void Forward<TLane>(in Vectors at, int groups, int size, T epsilon, bool accumulate)
        where TLane : unmanaged, ILane<TLane, T>
    {
        T* means = stackalloc T[MostGroups], rests = stackalloc T[MostGroups];
        for (int k = 0; k < groups; k++)
        {
            means[k] = LayerNormalization<T>.Mean<TLane>(at.Values + k * size, size);       // (1)
        }

        for (int k = 0; k < groups; k++)
        {
            T variance = LayerNormalization<T>.Variance<TLane>(at.Values + k * size, size, means[k], out rests[k]);      // (2)
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
                TLane d = TLane.Load(at.Gain + u) * TLane.Load(at.Values + u) - byMeans - TLane.Load(at.Normalized + u) * byVariances;
                (d * scale).Store(at.Result + u);                                           // (4)(3)
            }

            for (; u < end; u++)
            {
                at.Result[u] = (at.Gain[u] * at.Values[u] - byMean[k] - at.Normalized[u] * byVariance[k]) * at.Scales[k];
            }
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
        public T* Normalized, Gain, Shift, Values, GainGradient, ShiftGradient, Result, Scales;
    }
}

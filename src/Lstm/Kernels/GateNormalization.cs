using System.Numerics;

namespace Lstm.Kernels;

/// <summary>
/// The layer normalisation of a recurrent cell's pre-activations, in groups of columns: before the cell's equations, and backwards after
/// them. Gains and shifts are [columns], and another [columns] for R h' where that is normalised apart.
/// </summary>
internal sealed unsafe class GateNormalization<T>(GatePlacement placement, int columns, int size, T epsilon)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The columns that are normalised together.</summary>
    private readonly int _group = placement == GatePlacement.PerGate ? size : columns;

    public GatePlacement Placement => placement;

    /// <summary>Whether W x and R h' are normalised apart.</summary>
    public bool IsSplit => placement == GatePlacement.Split;

    /// <summary>The number of r of a row.</summary>
    public int Groups => columns / _group * (IsSplit ? 2 : 1);

    /// <summary>The columns of x̂ in the cache; that of R h' takes the place of R h'.</summary>
    public int Columns => columns;

    /// <param name="gates">[columns] in: W x + R h', or W x. Out: the normalised pre-activations.</param>
    /// <param name="recurrent">[columns] in: R h'. Out: its x̂. Empty unless split.</param>
    /// <param name="gain">[columns], or twice.</param>
    /// <param name="shift">As gain, or empty.</param>
    /// <param name="bias">[columns] what is added before the normalisation, or empty.</param>
    /// <param name="normalized">[columns] out: x̂.</param>
    /// <param name="scales">[groups] out: every r.</param>
    public void Forward(
        Span<T> gates, Span<T> recurrent, ReadOnlySpan<T> gain, ReadOnlySpan<T> shift, ReadOnlySpan<T> bias, Span<T> normalized, Span<T> scales)
    {
        fixed (T* v = gates, vr = recurrent, g = gain, s = shift, x = normalized)
        {
            if (!bias.IsEmpty)
            {
                RowSums.AddToEach(bias, gates);
            }

            int k = 0;
            for (int at = 0; at < columns; at += _group, k++)
            {
                scales[k] = AffineNormalization<T>.Forward(v + at, _group, epsilon, g + at, s == null ? null : s + at, x + at, v + at, false);
            }

            for (int at = 0; IsSplit && at < columns; at += _group, k++)
            {
                T* shiftR = s == null ? null : s + columns + at;
                scales[k] = AffineNormalization<T>.Forward(vr + at, _group, epsilon, g + columns + at, shiftR, vr + at, v + at, true);
            }
        }
    }

    /// <param name="gates">[columns] in: the gradient at the normalised pre-activations. Out: at W x + R h', or at W x.</param>
    /// <param name="recurrent">[columns] in: x̂ of R h'. Out: the gradient at R h'. Empty unless split.</param>
    /// <param name="gain">As in the forward pass.</param>
    /// <param name="normalized">[columns] x̂.</param>
    /// <param name="scales">[groups] every r.</param>
    /// <param name="gainGradient">+=, as gain.</param>
    /// <param name="shiftGradient">+=, as shift.</param>
    public void Backward(
        Span<T> gates, Span<T> recurrent, ReadOnlySpan<T> gain, ReadOnlySpan<T> normalized, ReadOnlySpan<T> scales, Span<T> gainGradient, Span<T> shiftGradient)
    {
        fixed (T* d = gates, r = recurrent, g = gain, x = normalized, dg = gainGradient, ds = shiftGradient)
        {
            int k = columns / _group;
            for (int at = 0; IsSplit && at < columns; at += _group, k++)
            {
                T* shiftR = ds == null ? null : ds + columns + at;
                AffineNormalization<T>.Backward(d + at, r + at, scales[k], g + columns + at, dg + columns + at, shiftR, _group, r + at);
            }

            k = 0;
            for (int at = 0; at < columns; at += _group, k++)
            {
                AffineNormalization<T>.Backward(d + at, x + at, scales[k], g + at, dg + at, ds == null ? null : ds + at, _group, d + at);
            }
        }
    }
}

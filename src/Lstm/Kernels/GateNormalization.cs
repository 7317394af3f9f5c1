using System.Numerics;

namespace Lstm.Kernels;

/// <summary>
/// The layer normalisation of an LSTM's pre-activations, in groups of columns: before the equations, and backwards after them. Gains and
/// shifts are [columns], and another [columns] for R h' where that is normalised apart; x̂ and r lie in the cache as <see cref="LstmShape"/> says.
/// </summary>
internal sealed unsafe class GateNormalization<T>(GatePlacement placement, LstmShape shape, T epsilon)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _columns = shape.Columns;

    /// <summary>The number of groups of columns, each normalised by itself.</summary>
    private readonly int _groups = placement == GatePlacement.PerGate ? shape.Columns / shape.Size : 1;

    private readonly bool _isSplit = placement == GatePlacement.Split;

    /// <param name="step">Its gates become normalised pre-activations; where W x and R h' are normalised apart, x̂ takes the place of R h'.</param>
    /// <param name="gain">[columns], or twice.</param>
    /// <param name="shift">As gain, or empty.</param>
    /// <param name="bias">[columns] what is added before the normalisation, or empty.</param>
    public void Forward(in ForwardStep<T> step, ReadOnlySpan<T> gain, ReadOnlySpan<T> shift, ReadOnlySpan<T> bias)
    {
        if (!bias.IsEmpty)
        {
            RowSums.AddToEach(bias, step.Gates);
        }

        fixed (T* gates = step.Gates, recurrent = step.Recurrent, cache = step.Cache, g = gain, s = shift)
        {
            for (nint row = 0; row < step.Rows; row++)
            {
                T* v = gates + row * _columns, rowCache = cache + row * shape.CacheSize;
                T* x = rowCache + shape.GatesNormalized, r = rowCache + shape.GateScales;
                Simd.Prefetch(rowCache + shape.CacheSize, shape.CacheSize);                 // written next
                AffineNormalization<T>.Forward(v, _groups, _columns / _groups, epsilon, g, s, x, v, r, accumulate: false);
                if (_isSplit)
                {
                    T* other = recurrent + row * _columns, otherShift = s == null ? null : s + _columns;
                    AffineNormalization<T>.Forward(other, 1, _columns, epsilon, g + _columns, otherShift, other, v, r + 1, accumulate: true);
                }
            }
        }
    }

    /// <param name="step">Its gates, the gradient at the normalised pre-activations, become that at W x; where R h' is apart, its x̂ becomes its gradient.</param>
    /// <param name="gain">As in the forward pass.</param>
    /// <param name="firstGradient">Where the gradients of gain and, if <paramref name="hasShift"/>, of shift start in a row of gradients.</param>
    /// <param name="hasShift">Whether there is a shift.</param>
    public void Backward(in BackwardStep<T> step, ReadOnlySpan<T> gain, int firstGradient, bool hasShift)
    {
        fixed (T* gates = step.Gates, recurrent = step.Recurrent, cache = step.Cache, gradients = step.RowGradients, g = gain)
        {
            for (nint row = 0; row < step.Rows; row++)
            {
                T* d = gates + row * _columns, rowCache = cache + row * shape.CacheSize;
                T* x = rowCache + shape.GatesNormalized, r = rowCache + shape.GateScales;
                T* dg = gradients + row * shape.VectorSize + firstGradient, ds = hasShift ? dg + gain.Length : null;
                if (_isSplit)
                {
                    T* other = recurrent + row * _columns, otherShift = hasShift ? ds + _columns : null;
                    AffineNormalization<T>.Backward(d, other, r + 1, g + _columns, dg + _columns, otherShift, 1, _columns, other);
                }

                AffineNormalization<T>.Backward(d, x, r, g, dg, ds, _groups, _columns / _groups, d);
            }
        }
    }
}

namespace Lstm.Numerics;

/// <summary>What a <see cref="LayerNormalization{T}"/> of one row reads and writes.</summary>
internal struct NormalizedRow<T>
    where T : unmanaged
{
    /// <summary>The number of groups, 4 at most, and the units of each.</summary>
    public required int Groups, Size;

    /// <summary>Added to the variance.</summary>
    public T Epsilon;

    /// <summary>Whether the forward step adds to y.</summary>
    public bool Accumulates;

    /// <summary>[groups][size] v, and in a backward step dy.</summary>
    public required Numbers<T> Values;

    /// <summary>[groups][size] x̂: out, and in a backward step in. It may be the place of v.</summary>
    public required Numbers<T> Normalized;

    /// <summary>[groups] r = 1 / sqrt(var + eps): out, and in a backward step in.</summary>
    public required Numbers<T> Scales;

    /// <summary>[groups][size] out: y, and in a backward step dv. It may be the place of v, and in a backward step that of x̂.</summary>
    public Numbers<T> Result;

    /// <summary>[groups][size]; none for x̂ alone.</summary>
    public Numbers<T> Gain;

    /// <summary>[groups][size]; none for no shift.</summary>
    public Numbers<T> Shift;

    /// <summary>[groups][size] += dy*x̂.</summary>
    public Numbers<T> GainGradient;

    /// <summary>[groups][size] += dy; none for no shift.</summary>
    public Numbers<T> ShiftGradient;

    /// <summary>Goes on to the next row, which is so many numbers further in each array.</summary>
    public void MoveOn(int values, int normalized, int scales, int vectors)
    {
        (Values, Result) = (Values + values, Result + values);
        (Normalized, Scales) = (Normalized + normalized, Scales + scales);
        GainGradient += vectors;
        if (!ShiftGradient.IsNone)
        {
            ShiftGradient += vectors;
        }
    }
}

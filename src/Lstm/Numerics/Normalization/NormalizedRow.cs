namespace Lstm.Numerics;

/// <summary>The numbers that a <see cref="LayerNormalization{T}"/> of one row reads and writes.</summary>
internal struct NormalizedRow<T>
    where T : unmanaged
{
    /// <summary>The number of groups, at most 4, and the number of units in each.</summary>
    public required int Groups, Size;

    /// <summary>The number that is added to the variance.</summary>
    public T Epsilon;

    /// <summary>Whether the forward step adds to y.</summary>
    public bool Accumulates;

    /// <summary>[groups][size] v, or dy in a backward step.</summary>
    public required Numbers<T> Values;

    /// <summary>[groups][size] x̂, written by a forward step and read by a backward step. It may share the memory of v.</summary>
    public required Numbers<T> Normalized;

    /// <summary>[groups] r = 1 / sqrt(var + eps), written by a forward step and read by a backward step.</summary>
    public required Numbers<T> Scales;

    /// <summary>[groups][size] y, or dv in a backward step. It may share the memory of v, and in a backward step that of x̂.</summary>
    public Numbers<T> Result;

    /// <summary>[groups][size] The gain; none if only x̂ is wanted.</summary>
    public Numbers<T> Gain;

    /// <summary>[groups][size] The shift; none if there is no shift.</summary>
    public Numbers<T> Shift;

    /// <summary>[groups][size] The gradient of the gain, += dy*x̂.</summary>
    public Numbers<T> GainGradient;

    /// <summary>[groups][size] The gradient of the shift, += dy; none if there is no shift.</summary>
    public Numbers<T> ShiftGradient;

    /// <summary>Moves to the next row, which lies the given number of elements further on in each array.</summary>
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

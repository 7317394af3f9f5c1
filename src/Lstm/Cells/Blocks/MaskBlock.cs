namespace Lstm;

/// <summary>Factors of 0 or 1/(1-p), drawn at every step; 1 in evaluation.</summary>
public sealed class MaskBlock : Block
{
    internal MaskBlock(object cell, string name, int size, double rate, int index)
        : base(cell, name, size, nameof(size))
    {
        Rate = rate;
        Index = index;
    }

    /// <summary>p, the probability that an element is dropped.</summary>
    public double Rate { get; }

    /// <summary>The position among the masks of the cell.</summary>
    internal int Index { get; }
}

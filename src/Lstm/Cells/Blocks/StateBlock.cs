namespace Lstm;

/// <summary>A state of a cell: numbers that one step leaves for the next one.</summary>
public sealed class StateBlock : Block
{
    internal StateBlock(object cell, string name, int size, int index)
        : base(cell, name, size, nameof(size))
    {
        Index = index;
    }

    /// <summary>Whether it is h, the output of the layer.</summary>
    public bool IsOutput { get; internal init; }

    /// <summary>
    /// Whether the cell itself reads the state of the step before. Its backward step then leaves the gradient at that state; the engine
    /// adds the gradient that comes through products.
    /// </summary>
    public bool IsRead { get; internal init; }

    /// <summary>Whether the state that sequences start from is trained: as a parameter with the state's name and a 0, such as h0.</summary>
    public bool IsLearned { get; internal init; }

    /// <summary>The probability that an element stays as it was at the step before.</summary>
    public double Zoneout { get; internal init; }

    /// <summary>Whether a product reads it.</summary>
    internal bool IsSource { get; set; }

    /// <summary>The position among the states of the cell.</summary>
    internal int Index { get; }
}

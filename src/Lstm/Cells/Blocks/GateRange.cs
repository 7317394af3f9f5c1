namespace Lstm;

/// <summary>
/// Neighbouring columns of W x: those of one gate or of several. A forward step finds W x there, with the products that add to it; a
/// backward step leaves there the gradient at these pre-activations.
/// </summary>
public class GateRange : Block
{
    internal GateRange(object cell, string name, int firstColumn, int size)
        : base(cell, name, size, nameof(size))
    {
        FirstColumn = firstColumn;
    }

    /// <summary>The first of its columns among those of all gates.</summary>
    public int FirstColumn { get; }

    /// <summary>Returns whether a gate begins within these columns.</summary>
    internal bool Contains(Gate gate) => gate.FirstColumn >= FirstColumn && gate.FirstColumn < FirstColumn + Size;
}

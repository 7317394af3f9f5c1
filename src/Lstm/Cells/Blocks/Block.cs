namespace Lstm;

/// <summary>
/// A block of numbers of one step of a <see cref="Cell{T}"/>, a row of them for each sequence. The cell's constructor declares it.
/// </summary>
public abstract class Block
{
    private protected Block(object cell, string name, int size, string argument)
    {
        ArgumentNullException.ThrowIfNull(name);
        Cell = cell;
        Name = name;
        Size = size >= 1 ? size : throw ArgumentOutOfRange.Error(argument, size, $"Expected '{name}' to have a size of 1 or more.");
    }

    /// <summary>The name, unique among the blocks of a kind.</summary>
    public string Name { get; }

    /// <summary>The number of values for each sequence.</summary>
    public int Size { get; }

    internal object Cell { get; }
}

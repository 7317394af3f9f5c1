namespace Lstm;

/// <summary>Numbers that the forward step leaves for the backward step, which may write over them.</summary>
public sealed class CacheBlock : Block
{
    internal CacheBlock(object cell, string name, int size, int offset)
        : base(cell, name, size, nameof(size))
    {
        Offset = offset;
    }

    /// <summary>The position of its first number in a row of all caches.</summary>
    internal int Offset { get; }
}

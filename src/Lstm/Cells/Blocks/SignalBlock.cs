namespace Lstm;

/// <summary>
/// Numbers between the stages of a step: a product gives them, or an earlier stage writes them for a product to read. Where a product
/// gives them, a backward step finds them as the forward step left them and replaces them by their gradient, in place.
/// </summary>
public sealed class SignalBlock : Block
{
    internal SignalBlock(object cell, string name, int size, int index)
        : base(cell, name, size, nameof(size))
    {
        Index = index;
    }

    /// <summary>The position among the signals of the cell.</summary>
    internal int Index { get; }

    /// <summary>Whether a product gives it.</summary>
    internal bool IsResult => ResultOfStage >= 0;

    /// <summary>The stage whose product gives it; -1 for none.</summary>
    internal int ResultOfStage { get; set; } = -1;

    /// <summary>Whether a product reads it.</summary>
    internal bool IsSource { get; set; }

    /// <summary>
    /// The stage whose products read it after <see cref="RecurrentOptions.HiddenDropout"/> has dropped elements; -1 for none.
    /// </summary>
    internal int DroppedInStage { get; set; } = -1;
}

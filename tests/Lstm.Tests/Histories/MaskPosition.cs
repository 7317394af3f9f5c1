namespace Lstm.Tests.Histories;

/// <summary>Whose masks are drawn: those of a sequence in a window or a part of one.</summary>
/// <param name="Seed">The seed of the engine.</param>
/// <param name="Number">The number that the masks of the window, or of a part of it, are drawn by.</param>
/// <param name="Drops">Whether elements are dropped, or factors replaced by their mean.</param>
/// <param name="Batch">B.</param>
/// <param name="Sequence">The sequence.</param>
internal readonly record struct MaskPosition(ulong Seed, long Number, bool Drops, int Batch, int Sequence);

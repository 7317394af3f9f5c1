namespace Lstm.Tests.Histories;

/// <summary>Steps that the engine processes together, as it found them: what a pass over them starts from.</summary>
internal sealed class NaivePiece
{
    public required int Start { get; init; }

    public required int Steps { get; init; }

    /// <summary>[batch].</summary>
    public required int[] Lengths { get; init; }

    public required long MaskNumber { get; init; }

    public required bool Drops { get; init; }

    /// <summary>[steps, batch, inputSize], or empty.</summary>
    public required double[] Values { get; init; }

    /// <summary>[steps, batch], or empty.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>[states][batch][size]: what each sequence began with.</summary>
    public required double[][][] Initial { get; init; }

    /// <summary>[states][batch]: whether a sequence began at its start.</summary>
    public required bool[][] Fresh { get; init; }

    /// <summary>[states][batch]: whether a sequence began with a state that was written.</summary>
    public required bool[][] Written { get; init; }
}

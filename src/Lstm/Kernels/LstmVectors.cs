namespace Lstm.Kernels;

/// <summary>The vectors of an LSTM that its equations read; empty where there is none.</summary>
internal readonly ref struct LstmVectors<T>
    where T : unmanaged
{
    /// <summary>[gates * H] biases of i f g o.</summary>
    public required ReadOnlySpan<T> Bias { get; init; }

    /// <summary>[sigmoid gates * H] peephole weights of i f o.</summary>
    public required ReadOnlySpan<T> Peephole { get; init; }

    /// <summary>[H].</summary>
    public required ReadOnlySpan<T> CellGain { get; init; }

    /// <summary>[H].</summary>
    public required ReadOnlySpan<T> CellShift { get; init; }

    /// <summary>The limit of c.</summary>
    public required T Clip { get; init; }

    /// <summary>Of the cell state's normalisation.</summary>
    public required T Epsilon { get; init; }
}

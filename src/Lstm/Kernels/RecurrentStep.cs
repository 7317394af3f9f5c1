namespace Lstm.Kernels;

/// <summary>What one forward step of a cell reads and writes, for some rows (sequences) of the batch.</summary>
internal readonly ref struct ForwardStep<T>
    where T : unmanaged
{
    public required int Rows { get; init; }

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>[rows, 4H] in: W x + R h'. Out: the gate activations i f g o.</summary>
    public required Span<T> Gates { get; init; }

    /// <summary>[rows, H] c'.</summary>
    public required ReadOnlySpan<T> CellBefore { get; init; }

    /// <summary>[rows, H] out: c.</summary>
    public required Span<T> Cell { get; init; }

    /// <summary>[rows, H] out: h.</summary>
    public required Span<T> Hidden { get; init; }

    /// <summary>[rows, cache size of the cell] out: what else the backward step needs.</summary>
    public required Span<T> Cache { get; init; }
}

/// <summary>What one backward step of a cell reads and writes, for some rows (sequences) of the batch.</summary>
internal readonly ref struct BackwardStep<T>
    where T : unmanaged
{
    public required int Rows { get; init; }

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>[rows, 4H] in: the gate activations i f g o. Out: the gradient at W x + R h'.</summary>
    public required Span<T> Gates { get; init; }

    /// <summary>[rows, H] c'.</summary>
    public required ReadOnlySpan<T> CellBefore { get; init; }

    /// <summary>[rows, H] c.</summary>
    public required ReadOnlySpan<T> Cell { get; init; }

    /// <summary>[rows, cache size of the cell] as the forward step left it.</summary>
    public required Span<T> Cache { get; init; }

    /// <summary>[rows, H] dy, from the layer above.</summary>
    public required ReadOnlySpan<T> OutputGradient { get; init; }

    /// <summary>[rows, H] dh_next, from step t+1.</summary>
    public required ReadOnlySpan<T> HiddenGradient { get; init; }

    /// <summary>[rows, H] in: dc_next from step t+1. Out: dc_next for step t-1.</summary>
    public required Span<T> CellGradient { get; init; }

    /// <summary>
    /// [rows, all vectors] += the gradients of the cell's vectors, a row for each sequence, so that no sum depends on how many threads
    /// share the batch.
    /// </summary>
    public required Span<T> RowGradients { get; init; }
}

namespace Lstm.Kernels;

/// <summary>
/// What one forward step of a cell reads and writes, for some rows (sequences) of the batch. H is the cell's size, R that of h, G that
/// of all gates. Vectors that a cell does not declare are empty.
/// </summary>
internal readonly ref struct ForwardStep<T>
    where T : unmanaged
{
    public required int Rows { get; init; }

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>[rows, G] in: W x and the products that add to it. Out: the gate activations.</summary>
    public required Span<T> Gates { get; init; }

    /// <summary>[rows, G] in: R h', where it is kept apart. Out: what the backward step needs of it.</summary>
    public Span<T> Recurrent { get; init; }

    /// <summary>[rows, R] h'.</summary>
    public ReadOnlySpan<T> HiddenBefore { get; init; }

    /// <summary>[rows, R] out: h; in a stage after a product that gives h: in.</summary>
    public required Span<T> Hidden { get; init; }

    /// <summary>[rows, H] c'.</summary>
    public required ReadOnlySpan<T> CellBefore { get; init; }

    /// <summary>[rows, H] out: c.</summary>
    public required Span<T> Cell { get; init; }

    /// <summary>[rows, inner size] out: the source of a product of the next stage.</summary>
    public Span<T> Inner { get; init; }

    /// <summary>[rows, 3H] out: i, f, o for the next step.</summary>
    public Span<T> GateHistory { get; init; }

    /// <summary>[rows, cache size of the cell] out: what else the backward step needs.</summary>
    public required Span<T> Cache { get; init; }

    /// <summary>What is dropped and held.</summary>
    public StepMasks<T> Masks { get; init; }
}

/// <summary>What one backward step of a cell reads and writes, for some rows (sequences) of the batch.</summary>
internal readonly ref struct BackwardStep<T>
    where T : unmanaged
{
    public required int Rows { get; init; }

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>[rows, G] in: the gate activations. Out: the gradient at W x, which is also that at the products that add to it.</summary>
    public required Span<T> Gates { get; init; }

    /// <summary>[rows, G] in: as the forward step left it. Out: the gradient at R h', where that is kept apart.</summary>
    public Span<T> Recurrent { get; init; }

    /// <summary>[rows, R] h'.</summary>
    public ReadOnlySpan<T> HiddenBefore { get; init; }

    /// <summary>[rows, H] c'.</summary>
    public required ReadOnlySpan<T> CellBefore { get; init; }

    /// <summary>[rows, H] c.</summary>
    public required ReadOnlySpan<T> Cell { get; init; }

    /// <summary>[rows, inner size] as the forward step left it.</summary>
    public ReadOnlySpan<T> Inner { get; init; }

    /// <summary>[rows, inner size] the gradient at the source of a product of the next stage.</summary>
    public Span<T> InnerGradient { get; init; }

    /// <summary>[rows, R] out: the gradient at h as a product gives it.</summary>
    public Span<T> ProductGradient { get; init; }

    /// <summary>[rows, 3H] what the gates i, f, o of this step got from step t+1.</summary>
    public ReadOnlySpan<T> GateHistoryGradient { get; init; }

    /// <summary>[rows, cache size of the cell] as the forward step left it.</summary>
    public required Span<T> Cache { get; init; }

    /// <summary>What was dropped and held.</summary>
    public StepMasks<T> Masks { get; init; }

    /// <summary>[rows, R] dy, from the layer above.</summary>
    public required ReadOnlySpan<T> OutputGradient { get; init; }

    /// <summary>
    /// [rows, R] in: dh_next, from step t+1. Out: what reaches h' not by a product, where the cell
    /// <see cref="RecurrentCell{T}.PassesHiddenGradient"/>.
    /// </summary>
    public required Span<T> HiddenGradient { get; init; }

    /// <summary>[rows, H] in: dc_next from step t+1. Out: dc_next for step t-1.</summary>
    public required Span<T> CellGradient { get; init; }

    /// <summary>The largest magnitude of da, the gradient at the pre-activations, or 0 for none.</summary>
    public T GradientLimit { get; init; }

    /// <summary>
    /// [rows, all vectors] += the gradients of the cell's vectors, a row for each sequence, so that no sum depends on how many threads
    /// share the batch.
    /// </summary>
    public required Span<T> RowGradients { get; init; }
}

/// <summary>Factors of one step; empty where nothing is dropped.</summary>
internal readonly ref struct StepMasks<T>
    where T : unmanaged
{
    /// <summary>[rows, H] 0 or 1/(1-p): the factor of g.</summary>
    public ReadOnlySpan<T> Gate { get; init; }

    /// <summary>[rows, R] 0 or 1/(1-p): the factor of h' in the products that read it.</summary>
    public ReadOnlySpan<T> Hidden { get; init; }

    /// <summary>[rows, R] m in h = m*h_new + (1-m)*h': 0 or 1, or its mean 1-p in evaluation.</summary>
    public ReadOnlySpan<T> ZoneoutHidden { get; init; }

    /// <summary>[rows, H] m in c = m*c_new + (1-m)*c'.</summary>
    public ReadOnlySpan<T> ZoneoutCell { get; init; }
}

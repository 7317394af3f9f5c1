using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// One step of a <see cref="Cell{T}"/> for some rows (sequences) of the batch: spans of the blocks that the cell has declared. The step
/// does not say which sequence a row holds, and that does not matter.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct CellStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CellActivations<T> _at;
    private readonly int _t;
    private readonly int _first;

    internal CellStep(CellActivations<T> activations, int t, int first, int rows)
    {
        (_at, _t, _first) = (activations, t, first);
        Rows = rows;
    }

    /// <summary>The number of rows, at least 1.</summary>
    public int Rows { get; }

    /// <summary>
    /// The gates [gates.Size]. Forward: in, W x and the products that add to it; out, the value of the gate. Backward: in, that value; out,
    /// the gradient at the pre-activation.
    /// </summary>
    public Span<T> this[GateRange gates, int row] => Row(_at.Gates, _t, row).Slice(CheckOwn(gates).FirstColumn, gates.Size);

    /// <summary>The state [state.Size]. Forward: out, the state of this step. Backward: in, the same.</summary>
    public Span<T> this[StateBlock state, int row] => Row(_at.Of(CheckOwn(state)).Written, _t + _at.Of(state).WrittenSlot, row);

    /// <summary>The cache [cache.Size]. Forward: out. Backward: in, as the forward step left it; the cell may overwrite it.</summary>
    public Span<T> this[CacheBlock cache, int row] => Row(_at.Cache, _t, row).Slice(CheckOwn(cache).Offset, cache.Size);

    /// <summary>
    /// The signal [signal.Size]. Forward: in, where a product gives it; out, where a product of a later stage reads it. Backward: in, as
    /// the forward step left it; out, where a product gives it, the gradient, which replaces it.
    /// </summary>
    public Span<T> this[SignalBlock signal, int row] => Row(_at.Signals[CheckOwn(signal).Index], _t, row);

    /// <summary>The factors [mask.Size] of this step; empty where the rate is 0.</summary>
    public ReadOnlySpan<T> this[MaskBlock mask, int row] =>
        _at.Masks[CheckOwn(mask).Index] is RecurrentMask<T> drawn ? drawn.Rows(_t, _first + Checked(row), 1) : [];

    /// <summary>The values [vector.Size] of a vector of parameters.</summary>
    public ReadOnlySpan<T> this[VectorBlock<T> vector] => CheckOwn(vector).Parameter.Current;

    /// <summary>Returns the state [state.Size] of the step before.</summary>
    /// <param name="state">A state.</param>
    /// <param name="row">The row, from 0.</param>
    /// <exception cref="ArgumentException">The state was declared without <c>isRead: true</c>, or by another cell.</exception>
    public ReadOnlySpan<T> Before(StateBlock state, int row) => CheckOwn(state).IsRead
        ? Row(_at.Of(state).State.Values, _t, row)
        : throw new ArgumentException($"Expected a state that is declared with isRead: true, but '{state.Name}' is not.", nameof(state));

    /// <summary>
    /// Returns the gradient [state.Size] at a state. Backward: in, the gradient of the loss at the state of this step; out, where the state
    /// is declared with <c>isRead: true</c>, the gradient at the state of the step before, without the part that comes through products.
    /// </summary>
    /// <param name="state">A state.</param>
    /// <param name="row">The row, from 0.</param>
    public Span<T> Gradient(StateBlock state, int row) => Row(_at.Of(CheckOwn(state)).State.Gradient, 0, row);

    /// <summary>
    /// Returns the gradient [signal.Size] at a signal. Backward: in, the gradient at a signal that a product of a later stage reads.
    /// </summary>
    /// <param name="signal">A signal.</param>
    /// <param name="row">The row, from 0.</param>
    /// <exception cref="ArgumentException">No product reads the signal, or it was declared by another cell.</exception>
    public Span<T> Gradient(SignalBlock signal, int row) => CheckOwn(signal).IsSource
        ? Row(_at.SignalGradients[signal.Index], 0, row)
        : throw new ArgumentException(
            $"Expected a signal that a product reads, but '{signal.Name}' is not one: "
                + "the gradient of a signal that a product gives takes its place.",
            nameof(signal));

    /// <summary>Returns the gradient [vector.Size] of a vector of parameters, which a backward step adds to.</summary>
    /// <param name="vector">A vector.</param>
    /// <param name="row">The row, from 0.</param>
    public Span<T> Gradient(VectorBlock<T> vector, int row) =>
        VectorGradients.Slice(Checked(row) * VectorSize + CheckOwn(vector).Offset, vector.Size);

    /// <summary>The gates [rows, G].</summary>
    internal Span<T> Gates => _at.Gates.Rows(_t, _first, Rows);

    /// <summary>The caches [rows, all caches].</summary>
    internal Span<T> Caches => _at.Cache.Rows(_t, _first, Rows);

    internal int VectorSize => _at.Cell.VectorSize;

    /// <summary>The gradients [rows, all vectors] of the vectors.</summary>
    internal Span<T> VectorGradients => _at.VectorGradients(_first, Rows);

    /// <summary>
    /// <see cref="StepClipping.PreActivationGradient"/>, or 0 for none. After a backward step the engine keeps the gradients at the
    /// pre-activations within it; a cell that derives other gradients from them, such as that of a peephole, has to limit them first.
    /// </summary>
    public T GradientLimit => _at.GradientLimit;

    /// <summary>Returns the state [rows, state.Size] of this step.</summary>
    internal Span<T> AllOf(StateBlock state) => _at.Of(state).Written.Rows(_t + _at.Of(state).WrittenSlot, _first, Rows);

    /// <summary>Returns the state [rows, state.Size] of the step before.</summary>
    internal Span<T> AllBefore(StateBlock state) => _at.Of(state).State.Values.Rows(_t, _first, Rows);

    /// <summary>Returns the gradient [rows, state.Size] at the state.</summary>
    internal Span<T> AllGradients(StateBlock state) => _at.Of(state).State.Gradient.Rows(0, _first, Rows);

    /// <summary>Returns the signal [rows, signal.Size].</summary>
    internal Span<T> AllOf(SignalBlock signal) => _at.Signals[signal.Index].Rows(_t, _first, Rows);

    /// <summary>Returns the gradient [rows, signal.Size] at a signal that a product reads.</summary>
    internal Span<T> AllGradients(SignalBlock signal) => _at.SignalGradients[signal.Index].Rows(0, _first, Rows);

    /// <summary>Returns the factors [rows, mask.Size], or an empty span where the rate is 0.</summary>
    internal Span<T> AllOf(MaskBlock mask) => _at.Masks[mask.Index] is RecurrentMask<T> drawn ? drawn.Rows(_t, _first, Rows) : [];

    private Span<T> Row(StepBuffer<T> buffer, int t, int row) => buffer.Rows(t, _first + Checked(row), 1);

    private int Checked(int row) => (uint)row < (uint)Rows
        ? row
        : throw ArgumentOutOfRange.Error(nameof(row), row, $"Expected a row from 0 to {Rows - 1}.");

    private TBlock CheckOwn<TBlock>(TBlock block)
        where TBlock : Block => _at.Cell.CheckOwn(block, nameof(block));
}

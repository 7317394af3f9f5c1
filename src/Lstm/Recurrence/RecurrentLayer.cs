using System.Numerics;

namespace Lstm;

/// <summary>
/// A cell over a sequence: [steps, batch, inputSize] to h [steps, batch, outputSize]. Token ids as input stand for one-hot vectors. With
/// any cell it supports threads, lengths, dropout and zoneout, truncation, recomputation, streaming, checkpoints and diagnostics.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public class RecurrentLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer of a cell. Its parameters and states are those of the cell.</summary>
    /// <param name="cell">A cell that serves no other layer.</param>
    /// <exception cref="ArgumentException">The cell belongs to another layer.</exception>
    /// <exception cref="InvalidOperationException">The cell's constructor has not declared all that a cell needs.</exception>
    public RecurrentLayer(Cell<T> cell)
        : base(Sealed(cell).InputSize, cell.OutputSize)
    {
        Cell = cell;
        foreach (Parameter<T> parameter in cell.Parameters)
        {
            Include(parameter);
        }
    }

    /// <summary>The cell.</summary>
    public Cell<T> Cell { get; }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize => Cell.HiddenSize;

    /// <summary>W [columns of all gates, inputSize].</summary>
    public Parameter<T> InputWeights => Cell.InputWeights;

    /// <inheritdoc/>
    public sealed override bool AcceptsTokens => true;

    /// <inheritdoc/>
    internal override string Title => GetType() == typeof(RecurrentLayer<T>) ? Cell.GetType().Name.Split('`')[0] : base.Title;

    /// <inheritdoc/>
    internal override int LargestWidth => Cell.LargestWidth;

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        Cell.Describe() is LayerDescription cell ? new LayerDescription("recurrent").With("cell", cell) : null;

    /// <inheritdoc/>
    public sealed override LayerPass<T> CreatePass(PassContext<T> context) => new RecurrentPass<T>(context, this, Cell);

    private static Cell<T> Sealed(Cell<T> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        cell.Seal();
        return cell;
    }
}

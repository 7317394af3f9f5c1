using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The mathematics of one step: gates, parameters, forward, backward. A cell knows nothing of time, of threads or of how products are
/// computed; <see cref="RecurrentPass{T}"/> is the same for every cell. A step is one stage or more, each of which is some products and
/// then the cell's own work on their results:
/// <code>
/// forward    for each stage:             products of the stage;  Forward(stage)
/// backward   for each stage, last first: Backward(stage);  gradients of the products towards their sources
/// </code>
/// </summary>
internal abstract class RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>H, the size of the cell's vectors.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The size of h: H, or P with a projection.</summary>
    public virtual int OutputSize => HiddenSize;

    /// <summary>The columns of all gates together: 4H for i, f, g, o.</summary>
    public required int GateSize { get; init; }

    /// <summary>Numbers per sequence and step that the backward pass needs besides gates, h and c.</summary>
    public virtual int CacheSize => 0;

    /// <summary>The size of what one stage leaves for a product of a later one; 0 where there is none.</summary>
    public virtual int InnerSize => 0;

    /// <summary>The size of the gates that the next step sees; 0 where it sees none.</summary>
    public virtual int GateHistorySize => 0;

    /// <summary>The largest of these sizes.</summary>
    public int LargestWidth => ((int[])[HiddenSize, OutputSize, GateSize, CacheSize, InnerSize, GateHistorySize]).Max();

    /// <summary>Whether there is a cell state c beside h.</summary>
    public virtual bool HasCellState => true;

    /// <summary>Whether the backward step leaves a part of dh_next in <see cref="BackwardStep{T}.HiddenGradient"/> for the products to add to.</summary>
    public virtual bool PassesHiddenGradient => false;

    /// <summary>The gates as the forward step leaves them, in the order in which it computes them.</summary>
    public abstract IReadOnlyList<RecurrentGate> Gates { get; }

    /// <summary>W [GateSize, InputSize].</summary>
    public required Parameter<T> InputWeights { get; init; }

    /// <summary>The products of each stage.</summary>
    public required IReadOnlyList<IReadOnlyList<RecurrentProduct<T>>> Stages { get; init; }

    /// <summary>Every other parameter: biases, peepholes, gains, shifts, in the order of a row of <see cref="BackwardStep{T}.RowGradients"/>.</summary>
    public abstract IReadOnlyList<Parameter<T>> Vectors { get; }

    /// <summary>h0 [OutputSize] and c0 [H] that sequences start from, where they are trained.</summary>
    public Parameter<T>? InitialHidden { get; init; }

    /// <inheritdoc cref="InitialHidden"/>
    public Parameter<T>? InitialCell { get; init; }

    /// <summary>What is dropped within a step.</summary>
    public RecurrentDropoutRates Dropout { get; init; } = RecurrentDropoutRates.None;

    /// <summary>From W x and the products to c and h.</summary>
    public abstract void Forward(int stage, in ForwardStep<T> step);

    /// <summary>From dy, dh_next and dc_next to the gradients at the targets of the products, and to dc_next of the step before.</summary>
    public abstract void Backward(int stage, in BackwardStep<T> step);
}

using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The mathematics of one step: gates, parameters, forward, backward. A cell knows nothing of time, of matrix products or of threads;
/// <see cref="RecurrentPass{T}"/> is the same for every cell.
/// </summary>
internal abstract class RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected RecurrentCell(int hiddenSize, int gateCount)
    {
        HiddenSize = hiddenSize;
        GateSize = gateCount * hiddenSize;
    }

    /// <summary>H.</summary>
    public int HiddenSize { get; }

    /// <summary>The columns of all gates together: 4H for i, f, g, o.</summary>
    public int GateSize { get; }

    /// <summary>Numbers per sequence and step that the backward pass needs besides gates, h and c.</summary>
    public abstract int CacheSize { get; }

    /// <summary>W [GateSize, InputSize].</summary>
    public required Parameter<T> InputWeights { get; init; }

    /// <summary>R [GateSize, HiddenSize].</summary>
    public required Parameter<T> RecurrentWeights { get; init; }

    /// <summary>Every other parameter: biases, peepholes, gains, shifts, in the order of a row of <see cref="BackwardStep{T}.RowGradients"/>.</summary>
    public abstract IReadOnlyList<Parameter<T>> Vectors { get; }

    /// <summary>From W x + R h' to c and h.</summary>
    public abstract void Forward(in ForwardStep<T> step);

    /// <summary>From dy, dh_next and dc_next to the gradient at W x + R h' and to dc_next of the step before.</summary>
    public abstract void Backward(in BackwardStep<T> step);
}

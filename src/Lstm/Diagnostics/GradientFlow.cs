using System.Numerics;

namespace Lstm;

/// <summary>
/// Records, for every recurrent layer and every step of a backward pass, how large the gradients of its states are, how many gates are
/// saturated, and how the states are distributed. The record shows where gradients vanish or explode, and why. Every number is over all
/// units of all sequences that have the step, and is the same for any number of threads.
/// <code>
/// using GradientFlow&lt;float&gt; flow = new(bptt);
/// ... Forward, loss, Backward ...
/// foreach (StepFlow step in flow.Layers[0].Steps) ... step.HiddenGradientNorm ...
/// </code>
/// From its construction to <see cref="Dispose"/> it records every <see cref="Bptt{T}.Backward"/>, each in place of the previous one, and
/// allocates nothing. Read it between backward passes. A <see cref="Bptt{T}"/> without a recorder computes nothing for it.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// The gradients are those with which the backward pass arrives at step t (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997,
/// sections 3 and 4): dh = dy + dh_next, the whole gradient of the loss with respect to h_t, and dc_next, the gradient with respect to c_t
/// along all paths through c_t to step t+1; the path from c_t through h_t is in dh.
/// </remarks>
public sealed class GradientFlow<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ObserverList<T, FlowRecorder<T>> _observers;

    /// <summary>Begins to record the backward passes.</summary>
    /// <param name="bptt">The <see cref="Bptt{T}"/> whose backward passes are recorded.</param>
    /// <param name="bounds">The bounds beyond which a gate counts as saturated; default: null, for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The <see cref="Bptt{T}"/> has only forward passes, the model has no recurrent layer, or the record does not fit into memory.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using the <see cref="Bptt{T}"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is outside of its activation's range.</exception>
    public GradientFlow(Bptt<T> bptt, SaturationBounds? bounds = null)
    {
        bounds ??= new SaturationBounds();
        bounds.ThrowIfOutOfRange();
        _observers = new(bptt, pass => new FlowRecorder<T>(pass.Cell, bptt, pass.Name, bounds));
        Layers = [.. _observers.Observers.Select(recorder => recorder.Flow)];
    }

    /// <summary>The recurrent layers, from input to output.</summary>
    public IReadOnlyList<LayerFlow> Layers { get; }

    /// <summary>Ends the recording. The last record can still be read.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using the <see cref="Bptt{T}"/>; the recording goes on.</exception>
    public void Dispose() => _observers.Detach();
}

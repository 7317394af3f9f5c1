using System.Globalization;
using System.Numerics;
using System.Text;

namespace Lstm;

/// <summary>
/// Keeps every intermediate result of the backward pass of one sequence, step by step in the order of the derivation. It helps to learn the
/// derivation, and to find an error. For an LSTM the results are dh, dao, dc, dag, daf, dai, dx, dh_next, dc_next, as in docs/lstm.md.
/// <code>
/// using BackwardTrace&lt;double&gt; trace = new(bptt, sequence: 0);
/// ... Forward, loss, Backward ...
/// ReadOnlySpan&lt;double&gt; daf = trace.Layers[0].Steps[3]["daf"];
/// string all = trace.ToString();
/// </code>
/// From its construction to <see cref="Dispose"/> it keeps the last <see cref="Bptt{T}.Backward"/>; the results are those of the kernels
/// that train.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// <c>dh</c> is the whole gradient of the loss with respect to h_t. <c>dc</c> is the gradient with respect to f*c' + i*g, which is c_t
/// where c_t is not normalised. The gradients of the gates are those with respect to W x + R h', which is a gate's pre-activation where it
/// is not normalised. <c>dh_next</c> and <c>dc_next</c> are passed on to step t-1; at step 0 they are the gradients of the initial state.
/// <c>dx</c> is absent where the backward pass computes none, as for token ids.
/// </remarks>
public sealed class BackwardTrace<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ObserverList<T, TraceRecorder<T>> _observers;
    private readonly int _sequence;

    /// <summary>Begins to keep the backward passes.</summary>
    /// <param name="bptt">The <see cref="Bptt{T}"/> whose backward passes are kept.</param>
    /// <param name="sequence">The position of the sequence in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    /// <exception cref="ArgumentException">
    /// The <see cref="Bptt{T}"/> has only forward passes, the model has no recurrent layer, or the record does not fit into memory.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using the <see cref="Bptt{T}"/>.</exception>
    public BackwardTrace(Bptt<T> bptt, int sequence = 0)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        if (sequence < 0 || sequence >= bptt.Batch)
        {
            throw ArgumentOutOfRange.Error(nameof(sequence), sequence, $"Expected a sequence from 0 to {bptt.Batch - 1}.");
        }

        _sequence = sequence;
        _observers = new(bptt, pass => new TraceRecorder<T>(pass, bptt.Unrolling, sequence));
        Layers = [.. _observers.Observers.Select(recorder => recorder.Trace)];
    }

    /// <summary>The recurrent layers, from input to output.</summary>
    public IReadOnlyList<LayerTrace<T>> Layers { get; }

    /// <summary>Ends the recording. The last record can still be read.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using the <see cref="Bptt{T}"/>; the recording goes on.</exception>
    public void Dispose() => _observers.Detach();

    /// <summary>Returns the first eight elements of every vector, in the order in which the backward pass computes them.</summary>
    public override string ToString() => ToString(elements: 8);

    /// <summary>
    /// Returns everything in the order in which the backward pass computes it: the last layer and the last step come first.
    /// </summary>
    /// <param name="elements">The number of elements to show of each vector.</param>
    public string ToString(int elements)
    {
        StringBuilder text = new();
        foreach (LayerTrace<T> layer in Layers.Reverse())
        {
            foreach (TraceStep<T> step in layer.Steps.Reverse())
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"layer {layer.Name}, sequence {_sequence}, step {step.Step}");
                step.AppendTo(text, elements);
            }
        }

        return text.ToString();
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// Runs a trained model over whole sequences, for evaluation and prediction: forward passes alone, without memory for gradients. Dropout
/// drops nothing. States are carried from window to window until <see cref="ResetState()"/>. Several instances serve one model at once,
/// each on its own thread, as long as nobody changes the parameters meanwhile; an instance is for one thread at a time. To go step by step,
/// with many states, use a <see cref="StreamingModel{T}"/>; for training, a <see cref="Bptt{T}"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Predictor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Bptt<T> _bptt;

    /// <summary>Creates an instance that serves <paramref name="model"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">The largest number of steps of a window.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="threads">The largest number of threads that work at once; default: 0, one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">The activations do not fit into memory or into arrays.</exception>
    public Predictor(Sequential<T> model, int steps, int batch = 1, int threads = 0)
    {
        _bptt = new Bptt<T>(model, steps, batch, new BpttOptions { ForwardOnly = true, Threads = threads });
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model => _bptt.Model;

    /// <summary>The largest number of steps of a window.</summary>
    public int Steps => _bptt.Steps;

    /// <summary>The number of sequences.</summary>
    public int Batch => _bptt.Batch;

    /// <summary>The states of all layers, <c>0.h</c>, <c>0.c</c>, <c>1.h</c> ..., which the next window starts from.</summary>
    public IReadOnlyList<RecurrentState<T>> States => _bptt.States;

    /// <summary>Computes the outputs of the model for a window of vectors.</summary>
    /// <param name="input">[steps, batch, inputSize], time-major.</param>
    /// <param name="lengths">
    /// [batch]: the number of steps of each sequence, 0 or more; default: empty, every sequence has all steps.
    /// </param>
    /// <param name="steps">The number of steps of this window, 1 or more; default: <see cref="Steps"/>.</param>
    /// <returns>[steps, batch, outputSize], 0 where a sequence has ended; valid until the next call.</returns>
    /// <exception cref="ArgumentException">
    /// The input has the wrong shape, steps or a length is out of range, or the model takes token ids.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public ReadOnlySpan<T> Predict(scoped ReadOnlySpan<T> input, scoped ReadOnlySpan<int> lengths = default, int? steps = null) =>
        _bptt.Forward(input, lengths, steps);

    /// <summary>Computes the outputs of the model for a window of token ids.</summary>
    /// <inheritdoc cref="Predict"/>
    /// <param name="tokens">[steps, batch], time-major; ids in [0, inputSize) up to a sequence's end.</param>
    /// <param name="lengths">
    /// [batch]: the number of steps of each sequence, 0 or more; default: empty, every sequence has all steps.
    /// </param>
    /// <param name="steps">The number of steps of this window, 1 or more; default: <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentException">
    /// The input has the wrong shape, steps, an id or a length is out of range, or the model takes vectors.
    /// </exception>
    public ReadOnlySpan<T> PredictTokens(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> lengths = default, int? steps = null) =>
        _bptt.ForwardTokens(tokens, lengths, steps);

    /// <summary>Makes the next window the first of every sequence.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public void ResetState() => _bptt.ResetState();

    /// <summary>Makes the next window the first of one sequence; the states of the others are carried on.</summary>
    /// <param name="sequence">The position in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public void ResetState(int sequence) => _bptt.ResetState(sequence);
}

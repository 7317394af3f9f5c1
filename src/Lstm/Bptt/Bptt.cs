using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Back-propagation through time: unrolls a model over the steps of a window and the sequences of a batch. It owns every activation;
/// once there was a window of full length, windows allocate nothing. States are carried from window to window (truncated BPTT) until
/// <see cref="ResetState()"/>.
/// <para>
/// The model's parameters are read where they lie, so the forward passes of several instances can serve one model at once, each on its
/// own thread and with its own states, as long as nobody changes the parameters meanwhile. <see cref="Backward"/> adds to the gradients of
/// the model: only one at a time may. An instance is for one thread at a time.
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Werbos, "Backpropagation through time: what it does and how to do it" (1990); Williams and Peng (1990) for truncation.</remarks>
public sealed class Bptt<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T> _first;
    private readonly int _outputSize;
    private readonly bool _canTrain;
    private readonly SegmentRing<T> _ring;
    private AlignedBuffer<T> _output = new(0);          // [steps, batch, outputSize] in the user's order, where the segment has it not so
    private AlignedBuffer<T> _outputGradient = new(0);
    private AlignedBuffer<T> _inputGradient = new(0);   // [steps, batch, inputSize]
    private int _steps;
    private bool _isDirect;                             // the output is that of the only segment
    private bool _tokens;
    private bool _canGoBack;

    /// <summary>Unrolls <paramref name="model"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">T, the largest number of steps of a window.</param>
    /// <param name="batch">B, the number of sequences.</param>
    /// <param name="options">Threads, truncation, memory, and whether there are backward passes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or an option is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The activations do not fit into memory, segments do not divide the windows, or there are segments or more steps back than a window has
    /// where a layer, such as <see cref="Bidirectional{T}"/>, reads whole sequences.
    /// </exception>
    public Bptt(Sequential<T> model, int steps, int batch, BpttOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        options ??= new BpttOptions();
        if (options.Threads is < 0 or > BpttOptions.MaxThreads)
        {
            throw ArgumentOutOfRange.Error(nameof(options), options.Threads, $"Expected 0 to {BpttOptions.MaxThreads} threads.");
        }

        if (options.StepClipping is StepClipping limits)
        {
            StepClipper.Check<T>(limits);
        }

        Model = model;
        Steps = steps;
        Batch = batch;
        Training = _canTrain = !options.ForwardOnly;
        _first = model.Layers[0];
        _outputSize = model.Layers[^1].OutputSize;
        _ring = new SegmentRing<T>(model, steps, batch, options);
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>T, the largest number of steps of a window.</summary>
    public int Steps { get; }

    /// <summary>B, the number of sequences.</summary>
    public int Batch { get; }

    /// <summary>
    /// Whether dropout drops and zoneout holds; true unless this instance is for forward passes only. Where it is false, each factor is
    /// replaced by its mean: for evaluation.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set to true where this instance is for forward passes only.</exception>
    public bool Training
    {
        get;
        set => field = !value || _canTrain
            ? value
            : throw new InvalidOperationException("This Bptt was made with ForwardOnly, which is for evaluation.");
    }

    /// <summary>
    /// The windows that there were. Dropout and zoneout masks depend on <see cref="BpttOptions.Seed"/> and on this number alone: set it to
    /// continue a run exactly, or to see the same masks again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to less than 0.</exception>
    public long WindowCount
    {
        get;
        set => field = value >= 0 ? value : throw ArgumentOutOfRange.Error(nameof(value), value, "Expected 0 or more windows.");
    }

    /// <summary>The states of all layers, <c>0.h</c>, <c>0.c</c>, <c>1.h</c> ...: what the next window starts from, and their gradients.</summary>
    public IReadOnlyList<RecurrentState<T>> States => _ring.States;

    internal bool CanTrain => _canTrain;

    internal SegmentRing<T> Segments => _ring;

    /// <summary>[steps, batch, outputSize] of the last window; 0 where a sequence has ended.</summary>
    public ReadOnlySpan<T> Output => _isDirect ? _ring.Last.Output : _output.Span[..(_steps * Batch * _outputSize)];

    /// <summary>
    /// [steps, batch, outputSize] of the last window: the gradient of the loss with respect to <see cref="Output"/>, which a loss sets
    /// between <see cref="Forward(ReadOnlySpan{T})"/> and <see cref="Backward"/>. A backward pass uses it up: it is zero again afterwards,
    /// so that a loss on some steps alone need not touch the others. Where a sequence has ended it may hold anything.
    /// </summary>
    /// <exception cref="InvalidOperationException">This instance is for forward passes only.</exception>
    public Span<T> OutputGradient
    {
        get
        {
            ThrowIfForwardOnly();
            return _isDirect ? _ring.Last.OutputGradient : _outputGradient.Span[..(_steps * Batch * _outputSize)];
        }
    }

    /// <summary>
    /// [steps, batch, inputSize] of the last window: the gradient of the loss with respect to the input, valid after
    /// <see cref="Backward"/> until the next forward pass. Empty if the input was token ids.
    /// </summary>
    public ReadOnlySpan<T> InputGradient =>
        _tokens || !_canTrain ? [] : _isDirect ? _ring.Last.InputGradient : _inputGradient.Span[..(_steps * Batch * _first.InputSize)];

    /// <summary>The state of a name, as in <c>1.c</c>: the cell state of the model's second layer.</summary>
    /// <exception cref="KeyNotFoundException">There is no such state; the message lists those there are.</exception>
    public RecurrentState<T> State(string name) => States.FirstOrDefault(state => state.Name == name)
        ?? throw new KeyNotFoundException($"There is no state '{name}'; there are {string.Join(", ", States.Select(state => state.Name))}.");

    /// <summary>What the next window starts from, and <see cref="WindowCount"/>, for a <see cref="Checkpoint{T}"/>: a copy.</summary>
    public TrainingState<T> CarriedState => CarriedStates.Of(this);

    /// <summary>Goes on where <see cref="CarriedState"/> was taken. On any error this is as it was.</summary>
    /// <exception cref="ArgumentException">The state is of another model or batch; the message says in what it differs.</exception>
    public void Restore(TrainingState<T> state)
    {
        CarriedStates.Check(state, this);
        CarriedStates.Restore(state, this);
    }

    /// <summary>The next window is the first of every sequence: it starts from the trained initial state where a layer has one, else from 0.</summary>
    public void ResetState() => _ring.Reset();

    /// <summary>The next window is the first of one sequence, whose states are those of a new one; the others are carried on.</summary>
    /// <param name="sequence">The position in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public void ResetState(int sequence)
    {
        ArgumentOutOfRange.ThrowIfNegative(sequence);
        ArgumentOutOfRange.ThrowIfGreaterThan(sequence, Batch - 1);
        _ring.Reset(sequence);
    }

    /// <summary>Runs the model over one window of vectors.</summary>
    /// <param name="input">[steps, batch, inputSize], time-major, with 1 to <see cref="Steps"/> steps.</param>
    /// <returns><see cref="Output"/>, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The input has another shape, or the model takes token ids.</exception>
    public ReadOnlySpan<T> Forward(ReadOnlySpan<T> input) => Forward(input, []);

    /// <summary>
    /// Runs the model over one window of sequences that end at different steps. Past its end a sequence's output is 0, its state is held
    /// and no gradient flows; its input may hold anything there.
    /// </summary>
    /// <param name="input">[steps, batch, inputSize], time-major, with 1 to <see cref="Steps"/> steps.</param>
    /// <param name="lengths">[batch]: the steps of every sequence, from 0; empty where all have all steps.</param>
    /// <returns><see cref="Output"/>, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The input has another shape, a length is out of range, or the model takes token ids.</exception>
    public ReadOnlySpan<T> Forward(ReadOnlySpan<T> input, ReadOnlySpan<int> lengths)
    {
        if (!_first.AcceptsValues)
        {
            throw new ArgumentException("Expected token ids [steps, batch]: the model's first layer takes no vectors.", nameof(input));
        }

        int steps = StepsOf(input.Length, _first.InputSize, nameof(input));
        return Forward(new WindowInput<T>(input, _first.InputSize), steps, lengths);
    }

    /// <summary>Runs the model over one window of token ids.</summary>
    /// <param name="tokens">[steps, batch], time-major, with 1 to <see cref="Steps"/> steps; ids in [0, inputSize).</param>
    /// <returns><see cref="Output"/>, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The input has another shape, an id is out of range, or the model takes vectors.</exception>
    public ReadOnlySpan<T> Forward(ReadOnlySpan<int> tokens) => Forward(tokens, []);

    /// <inheritdoc cref="Forward(ReadOnlySpan{T}, ReadOnlySpan{int})"/>
    /// <param name="tokens">[steps, batch], time-major, with 1 to <see cref="Steps"/> steps; ids in [0, inputSize) up to a sequence's end.</param>
    /// <param name="lengths">[batch]: the steps of every sequence, from 0; empty where all have all steps.</param>
    /// <exception cref="ArgumentException">The input has another shape, an id or a length is out of range, or the model takes vectors.</exception>
    public ReadOnlySpan<T> Forward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths)
    {
        if (!_first.AcceptsTokens)
        {
            throw new ArgumentException(
                $"Expected vectors [steps, batch, {_first.InputSize}]: the model's first layer takes no token ids.", nameof(tokens));
        }

        int steps = StepsOf(tokens.Length, 1, nameof(tokens));
        CheckTokens(tokens, lengths);
        return Forward(new WindowInput<T>(tokens), steps, lengths);
    }

    /// <summary>
    /// Goes back through the last window: adds to the gradient of every parameter, and sets <see cref="InputGradient"/> and the
    /// <see cref="RecurrentState{T}.InitialGradient"/> of every state.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass since the last backward pass, or this instance is for forward passes only.
    /// </exception>
    public void Backward()
    {
        ThrowIfForwardOnly();
        if (!_canGoBack)
        {
            throw new InvalidOperationException("There is nothing to go back through: call Forward before each Backward.");
        }

        _canGoBack = false;
        if (_isDirect)
        {
            _ring.Backward([], []);
        }
        else
        {
            Span<T> inputGradient = _inputGradient.Span[..(_tokens ? 0 : _steps * Batch * _first.InputSize)];
            inputGradient.Clear();
            _ring.Backward(OutputGradient, inputGradient);
        }

        OutputGradient.Clear();
    }

    /// <summary>Has the factors of g of a layer be [steps, batch, H] of another system, in windows of one segment.</summary>
    internal void FixGateMask(int layer, ReadOnlySpan<T> factors) => ((RecurrentPass<T>)_ring.FirstPass[layer]).GateMask!.Fix(factors);

    private ReadOnlySpan<T> Forward(WindowInput<T> input, int steps, ReadOnlySpan<int> lengths)
    {
        int running = Math.Max(1, LongestOf(lengths, steps));
        (_steps, _tokens, _canGoBack) = (steps, input.IsTokens, false);
        _isDirect = _ring.IsWhole && !lengths.ContainsAnyExcept(steps);
        Span<T> output = [];
        if (!_isDirect)
        {
            Allocate(ref _output, Steps * Batch * _outputSize);
            Allocate(ref _outputGradient, _canTrain ? _output.Length : 0);
            Allocate(ref _inputGradient, _canTrain && !_tokens ? Steps * Batch * _first.InputSize : 0);
            output = _output.Span[..(steps * Batch * _outputSize)];
            output[(running * Batch * _outputSize)..].Clear();
        }

        _ring.Forward(input, running, lengths, WindowCount, Training, output);
        _canGoBack = true;
        WindowCount++;
        return Output;
    }

    private static void Allocate(ref AlignedBuffer<T> buffer, int length)
    {
        if (length > buffer.Length)
        {
            buffer = new AlignedBuffer<T>(length);
        }
    }

    private int StepsOf(int length, int width, string argument)
    {
        int step = Batch * width;
        if (length > 0 && length % step == 0 && length / step <= Steps)
        {
            return length / step;
        }

        string shape = argument == "tokens"
            ? $"[steps, batch] = [1 to {Steps}, {Batch}]"
            : $"[steps, batch, inputSize] = [1 to {Steps}, {Batch}, {width}]";
        throw new ArgumentException($"Expected {shape}, a multiple of {step} numbers up to {(long)step * Steps}, but got {length}.", argument);
    }

    /// <summary>The largest length, with a check of all.</summary>
    private int LongestOf(ReadOnlySpan<int> lengths, int steps)
    {
        if (lengths.IsEmpty)
        {
            return steps;
        }

        if (lengths.Length != Batch)
        {
            throw new ArgumentException($"Expected a length for each of the {Batch} sequences, but got {lengths.Length}.", nameof(lengths));
        }

        int outside = lengths.IndexOfAnyExceptInRange(0, steps);
        return outside < 0
            ? TensorPrimitives.Max(lengths)
            : throw new ArgumentException(
                $"Expected lengths from 0 to the {steps} steps of the window, but that of sequence {outside} is {lengths[outside]}.", nameof(lengths));
    }

    private void CheckTokens(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths)
    {
        for (int k = 0; k < tokens.Length; k++)
        {
            if ((uint)tokens[k] >= (uint)_first.InputSize && (lengths.Length != Batch || k / Batch < lengths[k % Batch]))
            {
                throw new ArgumentException(
                    $"Expected token ids in [0, {_first.InputSize}), but step {k / Batch} of sequence {k % Batch} is {tokens[k]}.", nameof(tokens));
            }
        }
    }

    private void ThrowIfForwardOnly()
    {
        if (!_canTrain)
        {
            throw new InvalidOperationException("There are no gradients: this Bptt was made with ForwardOnly.");
        }
    }
}

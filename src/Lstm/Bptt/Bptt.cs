using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Back-propagation through time: unrolls a model over the steps of a window and the sequences of a batch. It owns every activation;
/// once there was a window of full length, windows allocate nothing. States are carried from window to window (truncated BPTT) until
/// <see cref="ResetState"/>.
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
    private readonly LayerPass<T>[] _passes;
    private AlignedBuffer<T> _inputValues = new(0);
    private int[] _inputTokens = [];
    private AlignedBuffer<T> _inputGradient = new(0);
    private readonly int _outputSize;
    private readonly bool _training;
    private readonly Window _window;
    private int _steps;
    private bool _tokens;
    private bool _canGoBack;

    /// <summary>Unrolls <paramref name="model"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">T, the largest number of steps of a window.</param>
    /// <param name="batch">B, the number of sequences.</param>
    /// <param name="options">Threads, and whether there are backward passes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the number of threads is out of range.</exception>
    /// <exception cref="ArgumentException">The activations do not fit into memory.</exception>
    public Bptt(Sequential<T> model, int steps, int batch, BpttOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        options ??= new BpttOptions();
        if (options.Threads is < 0 or > BpttOptions.MaxThreads)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Threads, $"Expected 0 to {BpttOptions.MaxThreads} threads.");
        }

        Model = model;
        Steps = steps;
        Batch = batch;
        _training = !options.ForwardOnly;
        PassContext<T> context = new(steps, batch, options.Threads > 0 ? options.Threads : Environment.ProcessorCount, _training);
        _passes = CreatePasses(model, context);
        _window = context.Window;
        _first = model.Layers[0];
        _outputSize = model.Layers[^1].OutputSize;
        States = [.. _passes.SelectMany((pass, layer) => pass.States.Select(state => Rename(state, $"{layer}.{state.Name}")))];
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>T, the largest number of steps of a window.</summary>
    public int Steps { get; }

    /// <summary>B, the number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The states of all layers, <c>0.h</c>, <c>0.c</c>, <c>1.h</c> ...: what the next window starts from, and their gradients.</summary>
    public IReadOnlyList<RecurrentState<T>> States { get; }

    /// <summary>[steps, batch, outputSize] of the last window.</summary>
    public ReadOnlySpan<T> Output => _passes[^1].Output.Span[..(_steps * Batch * _outputSize)];

    /// <summary>
    /// [steps, batch, outputSize] of the last window: the gradient of the loss with respect to <see cref="Output"/>, which a loss sets
    /// between <see cref="Forward(ReadOnlySpan{T})"/> and <see cref="Backward"/>. A backward pass uses it up: it is zero again afterwards,
    /// so that a loss on some steps alone need not touch the others.
    /// </summary>
    /// <exception cref="InvalidOperationException">This instance is for forward passes only.</exception>
    public Span<T> OutputGradient => _training
        ? _passes[^1].OutputGradient[..(_steps * Batch * _outputSize)]
        : throw new InvalidOperationException("There are no gradients: this Bptt was made with ForwardOnly.");

    /// <summary>
    /// [steps, batch, inputSize] of the last window: the gradient of the loss with respect to the input, valid after
    /// <see cref="Backward"/> until the next forward pass. Empty if the input was token ids.
    /// </summary>
    public ReadOnlySpan<T> InputGradient => _tokens || !_training ? [] : _inputGradient.Span.Slice(0, _steps * Batch * _first.InputSize);

    /// <summary>The state of a name, as in <c>1.c</c>: the cell state of the model's second layer.</summary>
    /// <exception cref="KeyNotFoundException">There is no such state; the message lists those there are.</exception>
    public RecurrentState<T> State(string name) => States.FirstOrDefault(state => state.Name == name)
        ?? throw new KeyNotFoundException($"There is no state '{name}'; there are {string.Join(", ", States.Select(state => state.Name))}.");

    /// <summary>Sets every state to 0: the next window is the first of its sequences.</summary>
    public void ResetState()
    {
        foreach (RecurrentState<T> state in States)
        {
            state.Value.Clear();
            state.IsFresh = true;
        }
    }

    /// <summary>Runs the model over one window of vectors.</summary>
    /// <param name="input">[steps, batch, inputSize], time-major, with 1 to <see cref="Steps"/> steps.</param>
    /// <returns><see cref="Output"/>, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The input has another shape, or the model takes token ids.</exception>
    public ReadOnlySpan<T> Forward(ReadOnlySpan<T> input)
    {
        if (!_first.AcceptsValues)
        {
            throw new ArgumentException("Expected token ids [steps, batch]: the model's first layer takes no vectors.", nameof(input));
        }

        (_steps, _tokens) = (StepsOf(input.Length, _first.InputSize, nameof(input)), false);
        if (_inputValues.Length == 0)
        {
            _inputValues = new AlignedBuffer<T>(checked(Steps * Batch * _first.InputSize));
            _inputGradient = new AlignedBuffer<T>(_training ? _inputValues.Length : 0);
        }

        input.CopyTo(_inputValues.Span);
        return Forward();
    }

    /// <summary>Runs the model over one window of token ids.</summary>
    /// <param name="tokens">[steps, batch], time-major, with 1 to <see cref="Steps"/> steps; ids in [0, inputSize).</param>
    /// <returns><see cref="Output"/>, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The input has another shape, an id is out of range, or the model takes vectors.</exception>
    public ReadOnlySpan<T> Forward(ReadOnlySpan<int> tokens)
    {
        if (!_first.AcceptsTokens)
        {
            throw new ArgumentException(
                $"Expected vectors [steps, batch, {_first.InputSize}]: the model's first layer takes no token ids.", nameof(tokens));
        }

        int steps = StepsOf(tokens.Length, 1, nameof(tokens));
        CheckTokens(tokens);
        (_steps, _tokens) = (steps, true);
        if (_inputTokens.Length == 0)
        {
            _inputTokens = new int[checked(Steps * Batch)];
        }

        tokens.CopyTo(_inputTokens);
        return Forward();
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
        if (!_training || !_canGoBack)
        {
            throw new InvalidOperationException(_training
                ? "There is nothing to go back through: call Forward before each Backward."
                : "There are no gradients: this Bptt was made with ForwardOnly.");
        }

        _canGoBack = false;
        for (int k = _passes.Length - 1; k >= 0; k--)
        {
            _passes[k].Backward(InputOf(k), InputGradientOf(k));
        }

        OutputGradient.Clear();
    }

    private ReadOnlySpan<T> Forward()
    {
        _canGoBack = false;
        _window.Begin(_steps);
        for (int k = 0; k < _passes.Length; k++)
        {
            _passes[k].Forward(InputOf(k));
        }

        _canGoBack = true;
        return Output;
    }

    private LayerInput<T> InputOf(int layer)
    {
        if (layer == 0 && _tokens)
        {
            return new(_inputTokens.AsMemory(0, _steps * Batch), _steps);
        }

        ReadOnlyMemory<T> values = layer == 0 ? _inputValues.Memory : _passes[layer - 1].Output;
        return new(values[..(_steps * Batch * Model.Layers[layer].InputSize)], _steps);
    }

    private Span<T> InputGradientOf(int layer)
    {
        if (layer == 0 && _tokens)
        {
            return [];
        }

        Span<T> gradient = layer == 0 ? _inputGradient.Span : _passes[layer - 1].OutputGradient;
        return gradient[..(_steps * Batch * Model.Layers[layer].InputSize)];
    }

    private static LayerPass<T>[] CreatePasses(Sequential<T> model, PassContext<T> context)
    {
        try
        {
            return [.. model.Layers.Select(layer => layer.CreatePass(context))];
        }
        catch (Exception error) when (error is OverflowException or OutOfMemoryException)
        {
            throw new ArgumentException(
                $"The activations of {context.Steps} steps of {context.Batch} sequences do not fit into memory, or into arrays of {Array.MaxLength}.", error);
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

    private void CheckTokens(ReadOnlySpan<int> tokens)
    {
        int outside = tokens.IndexOfAnyExceptInRange(0, _first.InputSize - 1);
        if (outside >= 0)
        {
            throw new ArgumentException(
                $"Expected token ids in [0, {_first.InputSize}), but step {outside / Batch} of sequence {outside % Batch} is {tokens[outside]}.",
                nameof(tokens));
        }
    }

    private static RecurrentState<T> Rename(RecurrentState<T> state, string name)
    {
        state.Name = name;
        return state;
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Runs a recurrent layer step by step with gradients, where the next input depends on the last output: decoders, scheduled sampling,
/// control. The caller drives the window. <see cref="Forward"/> does one step and keeps its activations; <see cref="Backward"/> goes back
/// through the last step that it has not gone back through yet: it takes the gradient at that step's output and returns the gradient at its
/// input. With step 0, the gradients of all weights are added, in large products over all steps. Outputs and gradients are the same bits as
/// those of a whole window in <see cref="Bptt{T}"/> with the same inputs. With one step it is what other libraries call an LSTM cell.
/// <code>
/// for (int t = 0; t &lt; steps; t++)
/// {
///     y = window.Forward(x);                   // x may depend on y
/// }
/// for (int t = steps - 1; t >= 0; t--)
/// {
///     dx = window.Backward(dy);                // dy may depend on the dx of the step after
/// }
/// </code>
/// An instance is for one thread at a time. The weights must not change between the first step of a window and its last backward step.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SteppedWindow<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentLayer<T> _layer;
    private readonly PassContext<T> _context;
    private readonly RecurrentPass<T> _pass;
    private readonly RecurrentState<T>[] _states;
    private AlignedBuffer<T> _inputGradient = new(0);   // [batch, inputSize]
    private AlignedBuffer<T> _values = new(0);          // [steps, batch, inputSize]
    private int[] _tokens = [];                         // [steps, batch]
    private int _back;                                  // the number of steps not yet gone back through
    private bool _isTokens;
    private bool _goesBack;
    private EntryFlag _entry;

    /// <summary>Creates windows of a layer.</summary>
    /// <param name="layer">A layer of a model.</param>
    /// <param name="steps">The largest number of steps of a window.</param>
    /// <param name="batch">B, the number of sequences.</param>
    /// <param name="options">Threads, the seed of masks and limits of gradients; null for the defaults. Truncation is the caller's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or an option is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The activations do not fit into memory or into arrays, or an option makes sense for whole windows only.
    /// </exception>
    /// <exception cref="InvalidOperationException">The layer belongs to no model, so that its parameters have no values.</exception>
    public SteppedWindow(RecurrentLayer<T> layer, int steps, int batch, BpttOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        options ??= new BpttOptions();
        if (options.SegmentSteps != 0 || options.BackwardSteps != 0 || options.Recompute || options.ForwardOnly)
        {
            throw new ArgumentException(
                $"Expected options for steps that are gone back through one by one, without {nameof(BpttOptions.SegmentSteps)}, "
                + $"{nameof(BpttOptions.BackwardSteps)}, {nameof(BpttOptions.Recompute)} and {nameof(BpttOptions.ForwardOnly)}.",
                nameof(options));
        }

        options.Check<T>(nameof(options));
        _ = layer.InputWeights.Version;
        PassContext<T>.CheckSizes([layer], steps, batch, passes: 1);
        _layer = layer;
        _context = new PassContext<T>(steps, batch, options);
        _context.Window.IsTraining = true;
        _pass = (RecurrentPass<T>)layer.CreatePass(_context);
        _states = [.. _pass.States];
    }

    /// <summary>The largest number of steps of a window.</summary>
    public int Steps => _context.Steps;

    /// <summary>B, the number of sequences.</summary>
    public int Batch => _context.Batch;

    /// <summary>The number of steps that the window has had.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The states of the layer: the states that the window started from and, once the backward pass or the next window has begun, those
    /// after its last step. Before a backward pass <see cref="RecurrentState{T}.FinalGradient"/> can be set. A state is written between
    /// windows: the last state of a window replaces what was written in its middle.
    /// </summary>
    public IReadOnlyList<RecurrentState<T>> States => _states;

    /// <summary>Whether dropout drops and zoneout holds; default: true. Takes effect with the next window.</summary>
    public bool Training { get; set; } = true;

    /// <summary>The number of windows begun so far, which is also the number that the masks of the next window are drawn by.</summary>
    public long WindowCount { get; private set; }

    /// <summary>Begins another window, which carries the states on; the present one can no longer be gone back through.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public void Begin()
    {
        using EntryFlag.Scope entry = Enter();
        End();
        (Count, _back, _goesBack) = (0, 0, false);
    }

    /// <summary>Begins another window, which is the first of its sequences.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public void Reset()
    {
        using EntryFlag.Scope entry = Enter();
        (Count, _back, _goesBack) = (0, 0, false);
        foreach (RecurrentState<T> state in _states)
        {
            state.Reset();
        }
    }

    /// <summary>
    /// Does one step of every sequence, with a vector for each. After a complete backward pass it begins another window, which carries the
    /// states on.
    /// </summary>
    /// <param name="input">[batch, inputSize].</param>
    /// <returns>h [batch, outputSize], valid until the next window.</returns>
    /// <exception cref="ArgumentException">The input has the wrong shape, or the window began with token ids.</exception>
    /// <exception cref="InvalidOperationException">
    /// The window has had all its steps or has begun its backward pass: call <see cref="Begin"/>. Or another thread is using this instance.
    /// </exception>
    public ReadOnlySpan<T> Forward(scoped ReadOnlySpan<T> input)
    {
        using EntryFlag.Scope entry = Enter();
        int length = checked(Batch * _layer.InputSize);
        CheckStep(input.Length, length, isTokens: false);
        if (_values.Length == 0)
        {
            _values = new AlignedBuffer<T>(
                ArraySize.Of("The inputs of a window", nameof(input), ("steps", Steps), ("batch", Batch), ("inputSize", _layer.InputSize)));
            _inputGradient = new AlignedBuffer<T>(length);
        }

        input.CopyTo(_values.Span[(Count * length)..]);
        return Step(new LayerInput<T>(_values.Memory, Steps));
    }

    /// <summary>Does one step of every sequence, with a token id for each.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <param name="tokens">[batch] ids in [0, inputSize).</param>
    /// <exception cref="ArgumentException">The number of ids is wrong, one is out of range, or the window began with vectors.</exception>
    public ReadOnlySpan<T> ForwardTokens(scoped ReadOnlySpan<int> tokens)
    {
        using EntryFlag.Scope entry = Enter();
        CheckStep(tokens.Length, Batch, isTokens: true);
        int outside = tokens.IndexOfAnyExceptInRange(0, _layer.InputSize - 1);
        if (outside >= 0)
        {
            throw new ArgumentException(
                $"Expected token ids in [0, {_layer.InputSize}), but that of sequence {outside} is {tokens[outside]}.", nameof(tokens));
        }

        _tokens = _tokens.Length > 0 ? _tokens : new int[checked(Steps * Batch)];
        tokens.CopyTo(_tokens.AsSpan(Count * Batch));
        return Step(new LayerInput<T>(_tokens, Steps));
    }

    /// <summary>
    /// Goes back through the last step that has not been gone back through yet. With step 0 the gradients of all parameters are added, and
    /// every state has its <see cref="RecurrentState{T}.InitialGradient"/>.
    /// </summary>
    /// <param name="outputGradient">[batch, outputSize]: the gradient of the loss with respect to h of that step.</param>
    /// <returns>
    /// [batch, inputSize]: the gradient with respect to the input of that step, valid until the next call; empty for token ids.
    /// </returns>
    /// <exception cref="ArgumentException">The gradient has the wrong shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no step to go back through, or another thread is using this instance, or is changing the parameters of the model.
    /// </exception>
    public ReadOnlySpan<T> Backward(scoped ReadOnlySpan<T> outputGradient)
    {
        using EntryFlag.Scope entry = Enter();
        int length = Batch * _layer.OutputSize;
        if (outputGradient.Length != length)
        {
            throw new ArgumentException(
                $"Expected [batch, outputSize] = [{Batch}, {_layer.OutputSize}], {length} numbers, but got {outputGradient.Length}.",
                nameof(outputGradient));
        }

        if (_back == 0)
        {
            throw new InvalidOperationException($"There is no step to go back through: call {nameof(Forward)} first.");
        }

        using EntryFlag.Scope change = _layer.InputWeights.Model.EnterChange();
        if (!_goesBack)
        {
            End();
            _goesBack = true;
            _pass.BeginBackward();
        }

        // A step that fails leaves half of its gradients: nothing goes on from there.
        int t = _back - 1;
        _back = 0;
        outputGradient.CopyTo(_pass.OutputGradient[(t * length)..]);
        Span<T> gradient = _isTokens ? [] : _inputGradient.Span;
        _pass.BackwardStep(t, gradient);
        if (t == 0)
        {
            _pass.AddWeightGradients();
            _pass.EndBackward();
        }

        _back = t;
        return gradient;
    }

    private ReadOnlySpan<T> Step(LayerInput<T> input)
    {
        if (Count == 0)
        {
            _context.Window.Begin(Steps);
            (_context.Window.Number, _context.Window.IsTraining) = (WindowCount, Training);
            foreach (RecurrentState<T> state in _states)
            {
                state.BeginWindow();
            }

            _pass.BeginForward(input);
        }

        _pass.ForwardStep(Count);
        int length = Batch * _layer.OutputSize;
        WindowCount += Count == 0 ? 1 : 0;
        Count++;
        _back = Count;
        return _pass.Output.Span.Slice((Count - 1) * length, length);
    }

    /// <summary>Hands out the last states, once, when the number of steps is known.</summary>
    private void End()
    {
        if (Count == 0 || _goesBack)
        {
            return;
        }

        _context.Window.Begin(Count);
        _pass.EndForward();
        foreach (RecurrentState<T> state in _states)
        {
            state.EndWindow(_context.Window);
        }
    }

    private void CheckStep(int length, int expected, bool isTokens)
    {
        if (length != expected)
        {
            string shape = isTokens ? $"an id for each of the {Batch} sequences" : $"[batch, inputSize] = [{Batch}, {_layer.InputSize}]";
            throw new ArgumentException($"Expected {shape}, but got {length} numbers.", isTokens ? "tokens" : "input");
        }

        if (_goesBack && _back == 0)
        {
            (Count, _goesBack) = (0, false);
        }

        if (_goesBack || Count == Steps)
        {
            throw new InvalidOperationException(
                $"The window {(_goesBack ? "has begun its backward pass" : $"has had its {Steps} steps")}: "
                + $"call {nameof(Begin)} for another one.");
        }

        if (Count > 0 && isTokens != _isTokens)
        {
            throw new ArgumentException("Expected the kind of input that the window began with.", isTokens ? "tokens" : "input");
        }

        _isTokens = isTokens;
    }

    private EntryFlag.Scope Enter() => _entry.Enter("This window", "An instance serves one thread at a time.");
}

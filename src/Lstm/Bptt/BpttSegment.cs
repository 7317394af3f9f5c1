using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Some steps of a window that are processed together: their input and, where a pass serves several segments, the states that are needed to
/// compute the activations again. Its members take and return sequences in the order of the user's batch; the pass holds them in the order
/// of the window.
/// </summary>
internal sealed class BpttSegment<T>(ModelPass<T> pass, int inputSize, int outputSize, bool recomputes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _lengths = new int[pass.Context.Batch];
    private readonly RecurrentState<T>[] _initialStates =
        recomputes ? Array.ConvertAll(pass.States, state => state.Copy(training: false)) : [];

    private readonly bool[] _detached = new bool[recomputes ? pass.States.Length * pass.Context.Batch : 0];     // [states, batch]
    private ModelPass<T> _pass = pass;
    private AlignedBuffer<T> _values = new(0);
    private int[] _tokens = [];
    private long _number;
    private bool _drops;
    private bool _isTokens;

    /// <summary>The first step within the window.</summary>
    public int Start { get; private set; }

    public int Steps { get; private set; }

    public RecurrentState<T>[] States => _pass.States;

    /// <summary>Whether the activations in the pass are those of this segment.</summary>
    public bool IsHeld => _pass.Holder == this;

    private Window Window => _pass.Context.Window;

    /// <summary>The pass's own output [steps, batch, outputSize], if the window is full.</summary>
    public ReadOnlySpan<T> Output => _pass.Output;

    /// <summary>The pass's own gradient of the output [steps, batch, outputSize], if the window is full.</summary>
    public Span<T> OutputGradient => _pass.OutputGradient;

    /// <summary>The pass's own gradient of the input [steps, batch, inputSize], if the window is full.</summary>
    public Span<T> InputGradient => _isTokens ? [] : _pass.InputGradient.Span[..(Steps * _pass.Context.Batch * inputSize)];

    internal LayerInput<T> Input => _isTokens
        ? new(_tokens.AsMemory(0, Steps * _pass.Context.Batch), Steps)
        : new(_values.Memory[..(Steps * _pass.Context.Batch * inputSize)], Steps);

    /// <summary>Takes the steps [start, start + steps) of a window.</summary>
    public void Begin(ModelPass<T> pass, int start, int steps, ReadOnlySpan<int> lengths, long number, bool drops)
    {
        _pass = pass;
        (Start, Steps, _number, _drops) = (start, steps, number, drops);
        for (int b = 0; b < _lengths.Length; b++)
        {
            _lengths[b] = lengths.IsEmpty ? steps : Math.Clamp(lengths[b] - start, 0, steps);
        }

        BeginWindow();
    }

    public void SetInput(WindowInput<T> input)
    {
        _isTokens = input.IsTokens;
        if (_isTokens)
        {
            _tokens = _tokens.Length > 0 ? _tokens : new int[checked(_pass.Context.Steps * _pass.Context.Batch)];
            Window.ToRows(input.Tokens, 1, _tokens);
        }
        else
        {
            _values = _values.Length > 0 ? _values : new(checked(_pass.Context.Steps * _pass.Context.Batch * inputSize));
            _pass.AllocateInputGradient(inputSize);
            Window.ToRows(input.Values, inputSize, _values.Span);
        }
    }

    /// <summary>Runs the forward pass from the states as they are in the pass.</summary>
    public void Forward()
    {
        for (int k = 0; k < _initialStates.Length; k++)
        {
            _initialStates[k].CopyFrom(States[k]);
            for (int sequence = 0; sequence < _lengths.Length; sequence++)
            {
                _detached[k * _lengths.Length + sequence] = States[k].IsFresh(sequence) || States[k].IsWritten(sequence);
            }
        }

        Run();
    }

    /// <summary>Returns whether a state of a sequence began in this segment, so that no gradient goes on to the segment before.</summary>
    public bool IsDetached(int state, int sequence) => _detached[state * _lengths.Length + sequence];

    /// <summary>
    /// Forgets a sequence that began after this segment, so that no gradient goes back into it: its input and states here, which may be
    /// NaN, become 0.
    /// </summary>
    public void Forget(int sequence)
    {
        BeginWindow();
        int row = Window.Row(sequence);
        for (int t = 0; !_isTokens && t < Steps; t++)
        {
            _values.Span.Slice((t * _lengths.Length + row) * inputSize, inputSize).Clear();
        }

        foreach (RecurrentState<T> state in _initialStates)
        {
            state.Reset(sequence);
        }
    }

    /// <summary>
    /// Runs the forward pass once more, with the weights as they are now, after the pass has served another segment or gone back.
    /// </summary>
    public void Recompute()
    {
        BeginWindow();
        for (int k = 0; k < _initialStates.Length; k++)
        {
            States[k].CopyFrom(_initialStates[k]);
        }

        Run();
    }

    /// <summary>Runs the backward pass from the gradients of the output in the pass, whose activations it uses up.</summary>
    /// <param name="wantsInputGradient">Whether the gradient of the input is read afterwards.</param>
    public void Backward(bool wantsInputGradient) => _pass.Backward(Input, wantsInputGradient ? InputGradient : []);

    /// <summary>Copies the output [steps, batch, outputSize] in the order of the user's batch.</summary>
    public void CopyOutput(Span<T> output) => Window.FromRows(_pass.Output, outputSize, output);

    /// <summary>Sets the gradient of the output [steps, batch, outputSize], given in the order of the user's batch.</summary>
    public void SetOutputGradient(ReadOnlySpan<T> gradient) => Window.ToRows(gradient, outputSize, _pass.OutputGradient);

    /// <summary>Copies the gradient of the input [steps, batch, inputSize] in the order of the user's batch.</summary>
    public void CopyInputGradient(Span<T> gradient) => Window.FromRows<T>(InputGradient, inputSize, gradient);

    /// <summary>
    /// Finds the first value that is not finite in the output of a layer, with its step and unit; null where all are finite.
    /// </summary>
    public (int Step, int Unit, T Value)? FindNonFiniteOutput(int layer)
    {
        for (int t = 0; t < Steps; t++)
        {
            ReadOnlySpan<T> output = _pass.OutputOf(layer, t)[..(Window.ActiveRows(t) * _pass.SizeOf(layer))];
            int at = NonFinite.IndexIn(output);
            if (at >= 0)
            {
                return (t, at % _pass.SizeOf(layer), output[at]);
            }
        }

        return null;
    }

    /// <summary>
    /// Finds the first value of the input that is not finite, with its step, sequence of the user's batch and feature; null where all are
    /// finite, or where the input is token ids.
    /// </summary>
    public (int Step, int Sequence, int Feature, T Value)? FindNonFiniteInput()
    {
        int step = _pass.Context.Batch * inputSize;
        int at = _isTokens ? -1 : NonFinite.IndexIn<T>(_values.Span[..(Steps * step)]);
        if (at < 0)
        {
            return null;
        }

        if (!IsHeld)
        {
            BeginWindow();
            _pass.Holder = null;
        }

        return (at / step, Window.Sequence(at % step / inputSize), at % inputSize, _values.Span[at]);
    }

    private void Run()
    {
        _pass.Holder = this;
        _pass.ForwardWindow(Input);
    }

    private void BeginWindow()
    {
        Window.Begin(Steps, _lengths);
        (Window.Number, Window.IsTraining) = (_number, _drops);
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A model over the steps of a window: as one piece (<see cref="WholeWindow{T}"/>), or in segments (<see cref="SegmentRing{T}"/>). What it
/// takes and gives is in the order of the user's batch. Where every sequence has all steps and the window is one piece, that is the order of
/// the activations as well, and <see cref="Output"/> and the gradients are the memory of the passes; elsewhere they are copies.
/// </summary>
internal abstract class Unrolling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Sequential<T> _model;
    private readonly int _steps;
    private readonly bool _hasBackward;
    private AlignedBuffer<T> _output = new(0);          // [steps, batch, outputSize]
    private AlignedBuffer<T> _outputGradient = new(0);
    private AlignedBuffer<T> _inputGradient = new(0);   // [steps, batch, inputSize]
    private int _userSteps;
    private bool _isDirect;
    private bool _isTokens;

    protected Unrolling(Sequential<T> model, int steps, int batch, BpttOptions options)
    {
        (_model, _steps, Batch, _hasBackward) = (model, steps, batch, !options.ForwardOnly);
        (InputSize, OutputSize) = (model.Layers[0].InputSize, model.Layers[^1].OutputSize);
    }

    /// <summary>The states that the next window starts from.</summary>
    public abstract RecurrentState<T>[] States { get; }

    /// <summary>The last segment of the window, or the whole window.</summary>
    public abstract BpttSegment<T> Last { get; }

    /// <summary>The passes of the segments that are kept at once.</summary>
    public abstract IReadOnlyList<ModelPass<T>> Passes { get; }

    /// <summary>The largest number of steps of a pass.</summary>
    public abstract int SegmentSteps { get; }

    /// <summary>The largest number of steps that a backward pass goes through.</summary>
    public abstract int MostStepsBack { get; }

    /// <summary>The steps of the longest sequence of the window.</summary>
    public int WindowSteps { get; private set; }

    /// <summary>The first step, within the window, of the segment that the backward pass is in; negative in earlier windows.</summary>
    public int Position { get; protected set; }

    /// <summary>The output [steps, batch, outputSize]; 0 where a sequence has ended.</summary>
    public ReadOnlySpan<T> Output => _isDirect ? Last.Output : CopiedOutput;

    /// <summary>The gradient [steps, batch, outputSize] of the output.</summary>
    public Span<T> OutputGradient => _isDirect ? Last.OutputGradient : _outputGradient.Span[..(_userSteps * Batch * OutputSize)];

    /// <summary>The gradient [steps, batch, inputSize] of the input; empty for token ids.</summary>
    public Span<T> InputGradient => _isTokens || !_hasBackward ? []
        : _isDirect ? Last.InputGradient : _inputGradient.Span[..(_userSteps * Batch * InputSize)];

    private Span<T> CopiedOutput => _output.Span[..(_userSteps * Batch * OutputSize)];

    protected int Batch { get; }

    protected int InputSize { get; }

    protected int OutputSize { get; }

    /// <summary>Makes the next window the first of its sequences.</summary>
    public virtual void Reset()
    {
        foreach (RecurrentState<T> state in States)
        {
            state.Reset();
        }
    }

    public void Reset(int sequence)
    {
        foreach (RecurrentState<T> state in States)
        {
            state.Reset(sequence);
        }
    }

    /// <summary>
    /// Prepares a window, whose longest sequence has <paramref name="running"/> steps. If there is no room for it, the window before stays.
    /// </summary>
    public void Begin(int steps, int running, bool isTokens, bool isFull)
    {
        bool isDirect = isFull && this is WholeWindow<T>;
        if (!isDirect)
        {
            Allocate(isTokens);
        }

        (_userSteps, WindowSteps, _isTokens, _isDirect) = (steps, running, isTokens, isDirect);
        if (!isDirect)
        {
            CopiedOutput[(running * Batch * OutputSize)..].Clear();
        }
    }

    public abstract void Forward(WindowInput<T> input, ReadOnlySpan<int> lengths, long number, bool drops);

    /// <summary>Goes back through the window, and uses the gradient of the output up: it is zero afterwards.</summary>
    public void Backward()
    {
        try
        {
            if (!_isDirect)
            {
                InputGradient.Clear();
            }

            GoBack();
        }
        finally
        {
            OutputGradient.Clear();
            if (!_isDirect)
            {
                // The next window may show the memory of the pass to the user, who has to find zeros.
                Last.OutputGradient.Clear();
            }
        }
    }

    /// <summary>
    /// Finds the first value that is not finite in the output of a layer in the last window, with its step and unit, among the segments
    /// whose activations are kept; null where all are finite.
    /// </summary>
    public abstract (int Step, int Unit, T Value)? FindNonFiniteOutput(int layer);

    /// <summary>
    /// Finds the first number of the last window's input that is not finite; null where all are finite, or where it is token ids.
    /// </summary>
    public abstract (int Step, int Sequence, int Feature, T Value)? FindNonFiniteInput();

    protected abstract void GoBack();

    protected void SetOutputGradient(BpttSegment<T> segment)
    {
        if (!_isDirect)
        {
            segment.SetOutputGradient(OutputGradient[RowsOf(segment, OutputSize)]);
        }
    }

    protected void TakeOutput(BpttSegment<T> segment)
    {
        if (!_isDirect)
        {
            segment.CopyOutput(CopiedOutput[RowsOf(segment, OutputSize)]);
        }
    }

    protected void TakeInputGradient(BpttSegment<T> segment)
    {
        if (!_isDirect && !_isTokens)
        {
            segment.CopyInputGradient(InputGradient[RowsOf(segment, InputSize)]);
        }
    }

    protected ModelPass<T> CreatePass(int steps, BpttOptions options) => new(_model.Layers, new PassContext<T>(steps, Batch, options));

    /// <summary>Returns where the rows [steps, batch, width] of a segment lie in those of the window.</summary>
    private Range RowsOf(BpttSegment<T> segment, int width) =>
        (segment.Start * Batch * width)..((segment.Start + segment.Steps) * Batch * width);

    private void Allocate(bool isTokens)
    {
        try
        {
            Allocate(ref _output, _steps * Batch * OutputSize);
            Allocate(ref _outputGradient, _hasBackward ? _output.Length : 0);
            Allocate(ref _inputGradient, _hasBackward && !isTokens ? _steps * Batch * InputSize : 0);
        }
        catch (OutOfMemoryException error)
        {
            throw ArraySize.NoRoom($"Outputs [{_steps}, {Batch}, {OutputSize}] and inputs [{_steps}, {Batch}, {InputSize}]", error);
        }
    }

    private static void Allocate(ref AlignedBuffer<T> buffer, int length)
    {
        if (length > buffer.Length)
        {
            buffer = new AlignedBuffer<T>(length);
        }
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// The latest segments: those of the present window and, where a backward pass goes further than that, of windows before it. States and
/// their gradients are handed from segment to segment.
/// </summary>
internal sealed class SegmentRing<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SegmentPlan _plan;
    private readonly BpttSegment<T>[] _segments;
    private readonly RecurrentState<T>[] _states;
    private readonly int _batch;
    private readonly int _inputSize;
    private readonly int _outputSize;
    private int _last = -1;
    private int _inWindow;
    private int _reachable;

    public SegmentRing(Sequential<T> model, int steps, int batch, BpttOptions options)
    {
        _plan = SegmentPlan.Create(steps, options);
        if (!_plan.IsWhole && model.Layers.Any(layer => !layer.IsCausal))
        {
            throw new ArgumentException(
                "Expected windows in one piece, without segments and without steps back into windows before: a layer of the model reads whole sequences.",
                nameof(options));
        }

        (_batch, _inputSize, _outputSize) = (batch, model.Layers[0].InputSize, model.Layers[^1].OutputSize);
        _segments = new BpttSegment<T>[Math.Max(_plan.PerWindow, _plan.Back)];
        ModelPass<T>? pass = null;
        for (int k = 0; k < _segments.Length; k++)
        {
            pass = pass is null || !_plan.Recompute ? CreatePass(model, batch, options) : pass;
            _segments[k] = new BpttSegment<T>(pass, _inputSize, _outputSize, _plan.Recompute);
        }

        _states = IsWhole ? _segments[0].States : Array.ConvertAll(_segments[0].States, state => state.Copy());
    }

    /// <summary>Whether a window is one segment, which has everything in the user's order if all sequences have all steps.</summary>
    public bool IsWhole => _segments.Length == 1;

    /// <summary>The present segment.</summary>
    public BpttSegment<T> Last => _segments[_last];

    public RecurrentState<T>[] States => _states;

    /// <summary>The recurrent passes of each segment; segments that are computed again share theirs.</summary>
    public IEnumerable<IReadOnlyList<RecurrentPass<T>>> RecurrentPasses => _segments.Select(segment => segment.Pass.Context.RecurrentPasses).Distinct();

    /// <summary>The most steps of a segment.</summary>
    public int SegmentSteps => _plan.Steps;

    /// <summary>The most steps that a backward pass goes through.</summary>
    public int MostStepsBack => _plan.Back * _plan.Steps;

    /// <summary>The steps of the window.</summary>
    public int WindowSteps { get; private set; }

    /// <summary>The step of the window with which the segment begins that is gone back through; negative in windows before it.</summary>
    public int Position { get; private set; }

    public BpttSegment<T> this[int segment] => _segments[segment];

    /// <summary>The next window is the first of its sequences.</summary>
    public void Reset()
    {
        _reachable = 0;
        foreach (RecurrentState<T> state in _states)
        {
            state.Reset();
        }
    }

    /// <param name="input">The window's input.</param>
    /// <param name="steps">The steps that any sequence has, at least 1.</param>
    /// <param name="lengths">[batch], or empty.</param>
    /// <param name="number">The window's number.</param>
    /// <param name="drops">Whether elements are dropped.</param>
    /// <param name="output">[steps, batch, outputSize], or empty where the output is read from the last segment.</param>
    public void Forward(WindowInput<T> input, int steps, ReadOnlySpan<int> lengths, long number, bool drops, Span<T> output)
    {
        _inWindow = 0;
        WindowSteps = steps;
        for (int start = 0; start < steps; start += _plan.Steps)
        {
            _last = (_last + 1) % _segments.Length;
            int count = Math.Min(_plan.Steps, steps - start);
            Last.Begin(start, count, lengths, (number * _plan.PerWindow) + _inWindow, drops);
            Last.SetInput(input.Rows(start * _batch, count * _batch));
            Hand(_states, Last.States);
            Last.Forward();
            Hand(Last.States, _states);
            if (!output.IsEmpty)
            {
                Last.CopyOutput(output.Slice(start * _batch * _outputSize, count * _batch * _outputSize));
            }

            _inWindow++;
        }

        _reachable = Math.Min(_reachable + _inWindow, _segments.Length);
    }

    /// <param name="outputGradient">[steps, batch, outputSize], or empty where the gradient is in the last segment.</param>
    /// <param name="inputGradient">[steps, batch, inputSize], or empty where it is read from the last segment.</param>
    public void Backward(ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
    {
        RecurrentState<T>[] after = _states;
        Position = WindowSteps;
        for (int back = 0; back < Math.Min(_plan.Back, _reachable); back++)
        {
            BpttSegment<T> segment = _segments[(_last - back + _segments.Length) % _segments.Length];
            if (_plan.Recompute && back > 0)
            {
                segment.Recompute();
            }

            Position -= segment.Steps;
            HandBack(after, back, segment.States);
            int start = (_inWindow - 1 - back) * _plan.Steps * _batch, rows = segment.Steps * _batch;
            if (!outputGradient.IsEmpty)
            {
                segment.SetOutputGradient(start < 0 ? [] : outputGradient.Slice(start * _outputSize, rows * _outputSize));
            }

            segment.Backward();
            if (!inputGradient.IsEmpty && start >= 0)
            {
                segment.CopyInputGradient(inputGradient.Slice(start * _inputSize, rows * _inputSize));
            }

            after = segment.States;
        }

        for (int k = 0; k < _states.Length && after != _states; k++)
        {
            after[k].InitialGradient.CopyTo(_states[k].InitialGradient);
            _states[k].FinalGradient.Clear();
        }
    }

    /// <summary>
    /// The first step, unit and value that are not finite in the output of a layer in the last window, of those segments whose activations are kept; null
    /// where all are finite.
    /// </summary>
    public (int Step, int Unit, T Value)? FindNonFiniteOutput(int layer)
    {
        int start = 0;
        for (int back = _inWindow - 1; back >= 0; back--)
        {
            BpttSegment<T> segment = _segments[(_last - back + _segments.Length) % _segments.Length];
            if ((!_plan.Recompute || back == 0) && segment.FindNonFiniteOutput(layer) is (int step, int unit, T value))
            {
                return (start + step, unit, value);
            }

            start += segment.Steps;
        }

        return null;
    }

    /// <summary>The first number of the last window's input that is not finite; null where all are, or where it is token ids.</summary>
    public (int Step, int Sequence, int Feature, T Value)? FindNonFiniteInput()
    {
        int start = 0;
        for (int back = _inWindow - 1; back >= 0; back--)
        {
            BpttSegment<T> segment = _segments[(_last - back + _segments.Length) % _segments.Length];
            if (segment.FindNonFiniteInput() is (int step, int sequence, int feature, T value))
            {
                return (start + step, sequence, feature, value);
            }

            start += segment.Steps;
        }

        return null;
    }

    private static void Hand(RecurrentState<T>[] from, RecurrentState<T>[] to)
    {
        for (int k = 0; k < from.Length && from != to; k++)
        {
            from[k].Value.CopyTo(to[k].Value);
            to[k].IsFresh = from[k].IsFresh;
        }
    }

    /// <summary>The gradient at the last state of a segment: the user's, or that at the first state of the segment after it.</summary>
    private static void HandBack(RecurrentState<T>[] after, int back, RecurrentState<T>[] to)
    {
        for (int k = 0; k < to.Length; k++)
        {
            Span<T> gradient = back == 0 ? after[k].FinalGradient : after[k].InitialGradient;
            gradient.CopyTo(to[k].FinalGradient);
        }
    }

    private ModelPass<T> CreatePass(Sequential<T> model, int batch, BpttOptions options)
    {
        PassContext<T> context = new(_plan.Steps, batch, options);
        try
        {
            return new ModelPass<T>(model.Layers, context);
        }
        catch (Exception error) when (error is OverflowException or OutOfMemoryException)
        {
            throw new ArgumentException(
                $"The activations of {context.Steps} steps of {context.Batch} sequences do not fit into memory, or into arrays of {Array.MaxLength}.", error);
        }
    }
}

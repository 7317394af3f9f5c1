using System.Numerics;

namespace Lstm;

/// <summary>
/// The latest segments: those of the present window and, where a backward pass goes further back, those of earlier windows. States and
/// their gradients are handed from segment to segment. Only the present window has passes of its own: a backward pass uses activations up,
/// and weights may change after it, so the activations of earlier windows are computed again in the same passes.
/// </summary>
internal sealed class SegmentRing<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SegmentPlan _plan;
    private readonly ModelPass<T>[] _passes;
    private readonly BpttSegment<T>[] _segments;
    private readonly RecurrentState<T>[] _states;
    private readonly bool[] _isDone;                    // [batch]: whether a state's gradient has reached the beginning of its sequence
    private readonly bool[] _hasBegun;                  // [batch]: whether all states of a sequence began after the segment
    private readonly int _batch;
    private readonly int _inputSize;
    private readonly int _outputSize;
    private int _last = -1;
    private int _inWindow;
    private int _reachable;             // by a backward pass of the present window
    private int _kept;                  // the latest segments that the next window may reach

    public SegmentRing(Sequential<T> model, int steps, int batch, BpttOptions options)
    {
        _plan = SegmentPlan.Create(steps, options);
        if (!_plan.IsWhole && model.Layers.Any(layer => !layer.IsCausal))
        {
            throw new ArgumentException(
                "Expected windows in one piece, without segments and without steps back into earlier windows: a layer of the model "
                    + "reads whole sequences.",
                nameof(options));
        }

        (_batch, _inputSize, _outputSize) = (batch, model.Layers[0].InputSize, model.Layers[^1].OutputSize);
        _passes = new ModelPass<T>[_plan.Recompute ? 1 : _plan.PerWindow];
        for (int k = 0; k < _passes.Length; k++)
        {
            _passes[k] = CreatePass(model, batch, options);
            foreach (RecurrentState<T> state in _passes[k].States)
            {
                state.NoticesWrites |= !IsWhole;
            }
        }

        _segments = new BpttSegment<T>[Math.Max(_plan.PerWindow, _plan.Back)];
        for (int k = 0; k < _segments.Length; k++)
        {
            _segments[k] = new BpttSegment<T>(_passes[0], _inputSize, _outputSize, recomputes: !IsWhole);
        }

        _states = IsWhole ? _passes[0].States : Array.ConvertAll(_passes[0].States, state => state.Copy(training: !options.ForwardOnly));
        _hasBegun = new bool[batch];
        _isDone = new bool[IsWhole ? 0 : _states.Length * batch];
    }

    /// <summary>Whether a window is one segment, which keeps the user's order if all sequences have all steps.</summary>
    public bool IsWhole => _plan.IsWhole;

    /// <summary>The present segment.</summary>
    public BpttSegment<T> Last => _segments[_last];

    public RecurrentState<T>[] States => _states;

    /// <summary>The recurrent passes within each pass of the model.</summary>
    public IEnumerable<IReadOnlyList<RecurrentPass<T>>> RecurrentPasses =>
        _passes.Select(pass => pass.Context.RecurrentPasses.Cast<RecurrentPass<T>>().ToArray());

    /// <summary>The largest number of steps of a segment.</summary>
    public int SegmentSteps => _plan.Steps;

    /// <summary>The largest number of steps that a backward pass goes through.</summary>
    public int MostStepsBack => _plan.Back * _plan.Steps;

    /// <summary>The steps of the window.</summary>
    public int WindowSteps { get; private set; }

    /// <summary>The first step, within the window, of the segment that the backward pass is in; negative in earlier windows.</summary>
    public int Position { get; private set; }

    /// <summary>The pass of a window's first segment.</summary>
    public ModelPass<T> FirstPass => _passes[0];

    /// <summary>Makes the next window the first of its sequences.</summary>
    public void Reset()
    {
        _kept = 0;
        foreach (RecurrentState<T> state in _states)
        {
            state.Reset();
        }
    }

    /// <summary>Makes the next window the first of one sequence.</summary>
    public void Reset(int sequence)
    {
        foreach (RecurrentState<T> state in _states)
        {
            state.Reset(sequence);
        }
    }

    /// <param name="input">The window's input.</param>
    /// <param name="steps">The number of steps of the longest sequence, at least 1.</param>
    /// <param name="lengths">[batch], or empty.</param>
    /// <param name="number">The window's number.</param>
    /// <param name="drops">Whether elements are dropped.</param>
    /// <param name="output">[steps, batch, outputSize], or empty where the output is read from the last segment.</param>
    public void Forward(WindowInput<T> input, int steps, ReadOnlySpan<int> lengths, long number, bool drops, Span<T> output)
    {
        // If this window fails, the next one cannot reach back past its own start.
        int kept = _kept;
        (_inWindow, _kept) = (0, 0);
        WindowSteps = steps;
        for (int k = 0; k < _states.Length && !IsWhole; k++)
        {
            _states[k].BeginWindow();
        }

        // If one segment is shorter than the others it is the first, so that the last k2 steps are whole segments.
        for (int start = 0, count = (steps - 1) % _plan.Steps + 1; start < steps; start += count, count = _plan.Steps)
        {
            _last = (_last + 1) % _segments.Length;
            Last.Begin(_passes[_inWindow % _passes.Length], start, count, lengths, number * _plan.PerWindow + _inWindow, drops);
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

        _reachable = _kept = Math.Min(kept + _inWindow, _segments.Length);
    }

    /// <param name="outputGradient">[steps, batch, outputSize], or empty where the gradient is in the last segment.</param>
    /// <param name="inputGradient">[steps, batch, inputSize], or empty where it is read from the last segment.</param>
    public void Backward(ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
    {
        _isDone.AsSpan().Clear();
        _hasBegun.AsSpan().Clear();
        BpttSegment<T>? after = null;
        Position = WindowSteps;
        int inReach = Math.Min(_plan.Back, _plan.ReachesBack ? _reachable : _inWindow);
        for (int back = 0; back < inReach; back++)
        {
            BpttSegment<T> segment = _segments[(_last - back + _segments.Length) % _segments.Length];
            bool isInWindow = back < _inWindow;
            for (int sequence = 0; after != null && sequence < _batch; sequence++)
            {
                _hasBegun[sequence] |= HasBegun(after, sequence);
                if (_hasBegun[sequence])
                {
                    segment.Forget(sequence);
                }
            }

            if (!isInWindow || !segment.IsHeld)
            {
                segment.Recompute();
            }

            Position -= segment.Steps;
            if (after is null)
            {
                HandFinalGradients(segment.States);
            }
            else
            {
                HandBack(after, segment.States);
            }

            if (!isInWindow || !outputGradient.IsEmpty)
            {
                segment.SetOutputGradient(isInWindow ? outputGradient[RowsOf(segment, _outputSize)] : []);
            }

            segment.Backward(wantsInputGradient: isInWindow);
            if (isInWindow && !inputGradient.IsEmpty)
            {
                segment.CopyInputGradient(inputGradient[RowsOf(segment, _inputSize)]);
            }

            if (IsWhole && !outputGradient.IsEmpty)
            {
                // A window without lengths shows this memory to the user, who has to find zeros.
                segment.OutputGradient.Clear();
            }

            TakeInitialGradients(segment);
            after = segment;
        }
    }

    /// <summary>
    /// Finds the first value that is not finite in the output of a layer in the last window, with its step and unit, among the segments
    /// whose activations are kept; null where all are finite.
    /// </summary>
    public (int Step, int Unit, T Value)? FindNonFiniteOutput(int layer)
    {
        int start = 0;
        for (int back = _inWindow - 1; back >= 0; back--)
        {
            BpttSegment<T> segment = _segments[(_last - back + _segments.Length) % _segments.Length];
            if (segment.IsHeld && segment.FindNonFiniteOutput(layer) is (int step, int unit, T value))
            {
                return (start + step, unit, value);
            }

            start += segment.Steps;
        }

        return null;
    }

    /// <summary>
    /// Finds the first number of the last window's input that is not finite; null where all are finite, or where it is token ids.
    /// </summary>
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

    /// <summary>Returns where the rows [steps, batch, width] of a segment lie in those of the window.</summary>
    private Range RowsOf(BpttSegment<T> segment, int width) =>
        (segment.Start * _batch * width)..((segment.Start + segment.Steps) * _batch * width);

    private static void Hand(RecurrentState<T>[] from, RecurrentState<T>[] to)
    {
        for (int k = 0; k < from.Length && from != to; k++)
        {
            to[k].CopyFrom(from[k]);
        }
    }

    /// <summary>Returns whether all states of a sequence began in a segment, so that no gradient goes on to the segment before.</summary>
    private bool HasBegun(BpttSegment<T> segment, int sequence)
    {
        for (int k = 0; k < _states.Length; k++)
        {
            if (!segment.IsDetached(k, sequence))
            {
                return false;
            }
        }

        return _states.Length > 0;
    }

    /// <summary>Hands the user's gradient at the last state to the window's last segment.</summary>
    private void HandFinalGradients(RecurrentState<T>[] to)
    {
        for (int k = 0; k < to.Length && !IsWhole; k++)
        {
            _states[k].FinalGradient.CopyTo(to[k].FinalGradient);
            _states[k].FinalGradient.Clear();
        }
    }

    /// <summary>
    /// Hands back the gradient at the first states of the segment <paramref name="after"/>, but for the sequences that began in it.
    /// </summary>
    private void HandBack(BpttSegment<T> after, RecurrentState<T>[] to)
    {
        for (int k = 0; k < to.Length; k++)
        {
            after.States[k].InitialGradient.CopyTo(to[k].FinalGradient);
            for (int sequence = 0; sequence < _batch; sequence++)
            {
                if (after.IsDetached(k, sequence))
                {
                    to[k].FinalGradient.Slice(sequence * to[k].Size, to[k].Size).Clear();
                }
            }
        }
    }

    /// <summary>
    /// Takes the gradient at the first state of the earliest segment so far, for every sequence that did not begin after it.
    /// </summary>
    private void TakeInitialGradients(BpttSegment<T> segment)
    {
        for (int k = 0; k < _states.Length && !IsWhole; k++)
        {
            for (int sequence = 0; sequence < _batch; sequence++)
            {
                ref bool isDone = ref _isDone[k * _batch + sequence];
                if (!isDone)
                {
                    int size = _states[k].Size;
                    segment.States[k].InitialGradient.Slice(sequence * size, size).CopyTo(_states[k].InitialGradient[(sequence * size)..]);
                    isDone = segment.IsDetached(k, sequence);
                }
            }
        }
    }

    private ModelPass<T> CreatePass(Sequential<T> model, int batch, BpttOptions options) =>
        new(model.Layers, new PassContext<T>(_plan.Steps, batch, options));
}

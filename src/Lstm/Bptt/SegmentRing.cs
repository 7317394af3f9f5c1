using System.Numerics;

namespace Lstm;

/// <summary>
/// The latest segments: those of the present window and, where a backward pass goes further back, those of earlier windows. States and
/// their gradients are handed from segment to segment. Only the present window has passes of its own: a backward pass uses activations up,
/// and weights may change after it, so the activations of earlier windows are computed again in the same passes.
/// </summary>
internal sealed class SegmentRing<T> : Unrolling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SegmentPlan _plan;
    private readonly ModelPass<T>[] _passes;
    private readonly BpttSegment<T>[] _segments;
    private readonly bool[] _isDone;                    // [batch]: whether a state's gradient has reached the beginning of its sequence
    private readonly bool[] _hasBegun;                  // [batch]: whether all states of a sequence began after the segment
    private int _last = -1;
    private int _inWindow;
    private int _reachable;             // by a backward pass of the present window
    private int _kept;                  // the latest segments that the next window may reach

    public SegmentRing(Sequential<T> model, int steps, int batch, SegmentPlan plan, BpttOptions options)
        : base(model, steps, batch, options)
    {
        if (model.Layers.Any(layer => !layer.IsCausal))
        {
            throw new ArgumentException(
                "Expected windows in one piece, without segments and without steps back into earlier windows: a layer of the model "
                    + "reads whole sequences.",
                nameof(options));
        }

        _plan = plan;
        _passes = new ModelPass<T>[plan.Recompute ? 1 : plan.PerWindow];
        for (int k = 0; k < _passes.Length; k++)
        {
            _passes[k] = CreatePass(plan.Steps, options);
            foreach (RecurrentState<T> state in _passes[k].States)
            {
                state.NoticesWrites = true;
            }
        }

        _segments = new BpttSegment<T>[Math.Max(plan.PerWindow, plan.Back)];
        for (int k = 0; k < _segments.Length; k++)
        {
            _segments[k] = new BpttSegment<T>(_passes[0], InputSize, OutputSize, recomputes: true);
        }

        States = Array.ConvertAll(_passes[0].States, state => state.Copy(training: !options.ForwardOnly));
        _hasBegun = new bool[batch];
        _isDone = new bool[States.Length * batch];
    }

    public override RecurrentState<T>[] States { get; }

    public override BpttSegment<T> Last => _segments[_last];

    public override IReadOnlyList<ModelPass<T>> Passes => _passes;

    public override int SegmentSteps => _plan.Steps;

    public override int MostStepsBack => _plan.Back * _plan.Steps;

    public override void Reset()
    {
        _kept = 0;
        base.Reset();
    }

    public override void Forward(WindowInput<T> input, ReadOnlySpan<int> lengths, long number, bool drops)
    {
        // If this window fails, the next one cannot reach back past its own start.
        int kept = _kept;
        (_inWindow, _kept) = (0, 0);
        foreach (RecurrentState<T> state in States)
        {
            state.BeginWindow();
        }

        // If one segment is shorter than the others it is the first, so that the last k2 steps are whole segments.
        for (int start = 0, count = (WindowSteps - 1) % _plan.Steps + 1; start < WindowSteps; start += count, count = _plan.Steps)
        {
            _last = (_last + 1) % _segments.Length;
            Last.Begin(_passes[_inWindow % _passes.Length], start, count, lengths, number * _plan.PerWindow + _inWindow, drops);
            Last.SetInput(input.Rows(start * Batch, count * Batch));
            Hand(States, Last.States);
            Last.Forward();
            Hand(Last.States, States);
            TakeOutput(Last);
            _inWindow++;
        }

        _reachable = _kept = Math.Min(kept + _inWindow, _segments.Length);
    }

    protected override void GoBack()
    {
        _isDone.AsSpan().Clear();
        _hasBegun.AsSpan().Clear();
        BpttSegment<T>? after = null;
        Position = WindowSteps;
        int inReach = Math.Min(_plan.Back, _plan.ReachesBack ? _reachable : _inWindow);
        for (int back = 0; back < inReach; back++)
        {
            BpttSegment<T> segment = Segment(back);
            bool isInWindow = back < _inWindow;
            for (int sequence = 0; after != null && sequence < Batch; sequence++)
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

            if (isInWindow)
            {
                SetOutputGradient(segment);
            }
            else
            {
                segment.OutputGradient.Clear();
            }

            segment.Backward(wantsInputGradient: isInWindow);
            if (isInWindow)
            {
                TakeInputGradient(segment);
            }

            TakeInitialGradients(segment);
            after = segment;
        }
    }

    public override (int Step, int Unit, T Value)? FindNonFiniteOutput(int layer)
    {
        for (int back = _inWindow - 1; back >= 0; back--)
        {
            BpttSegment<T> segment = Segment(back);
            if (segment.IsHeld && segment.FindNonFiniteOutput(layer) is (int step, int unit, T value))
            {
                return (segment.Start + step, unit, value);
            }
        }

        return null;
    }

    public override (int Step, int Sequence, int Feature, T Value)? FindNonFiniteInput()
    {
        for (int back = _inWindow - 1; back >= 0; back--)
        {
            BpttSegment<T> segment = Segment(back);
            if (segment.FindNonFiniteInput() is (int step, int sequence, int feature, T value))
            {
                return (segment.Start + step, sequence, feature, value);
            }
        }

        return null;
    }

    /// <summary>Returns the segment that is <paramref name="back"/> segments before the last one.</summary>
    private BpttSegment<T> Segment(int back) => _segments[(_last - back + _segments.Length) % _segments.Length];

    private static void Hand(RecurrentState<T>[] from, RecurrentState<T>[] to)
    {
        for (int k = 0; k < from.Length; k++)
        {
            to[k].CopyFrom(from[k]);
        }
    }

    /// <summary>Returns whether all states of a sequence began in a segment, so that no gradient goes on to the segment before.</summary>
    private bool HasBegun(BpttSegment<T> segment, int sequence)
    {
        for (int k = 0; k < States.Length; k++)
        {
            if (!segment.IsDetached(k, sequence))
            {
                return false;
            }
        }

        return States.Length > 0;
    }

    /// <summary>Hands the user's gradient at the last state to the window's last segment.</summary>
    private void HandFinalGradients(RecurrentState<T>[] to)
    {
        for (int k = 0; k < to.Length; k++)
        {
            States[k].FinalGradient.CopyTo(to[k].FinalGradient);
            States[k].FinalGradient.Clear();
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
            for (int sequence = 0; sequence < Batch; sequence++)
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
        for (int k = 0; k < States.Length; k++)
        {
            for (int sequence = 0; sequence < Batch; sequence++)
            {
                ref bool isDone = ref _isDone[k * Batch + sequence];
                if (!isDone)
                {
                    int size = States[k].Size;
                    segment.States[k].InitialGradient.Slice(sequence * size, size).CopyTo(States[k].InitialGradient[(sequence * size)..]);
                    isDone = segment.IsDetached(k, sequence);
                }
            }
        }
    }
}

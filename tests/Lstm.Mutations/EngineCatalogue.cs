namespace Lstm.Mutations;

/// <summary>What the engine does about time: segments, windows, states, lengths, masks, chunks.</summary>
internal static class EngineCatalogue
{
    private const string Ring = "Bptt/SegmentRing.cs";
    private const string Segment = "Bptt/BpttSegment.cs";
    private const string Plan = "Bptt/SegmentPlan.cs";
    private const string Rows = "Layers/RecurrentState.cs";
    private const string Windows = "Bptt/Window.cs";
    private const string State = "Bptt/CarriedState.cs";
    private const string Mask = "Bptt/RecurrentMask.cs";
    private const string Dropped = "Bptt/DroppedWeights.cs";
    private const string Pass = "Bptt/RecurrentPass.cs";
    private const string Layers = "Bptt/ModelPass.cs";
    private const string Activations = "Bptt/RecurrentActivations.cs";
    private const string Engine = "Bptt/Bptt.cs";
    private const string Streaming = "Bptt/StreamingState.cs";

    public static IEnumerable<Mutation> All =>
    [
        // the ring of segments: which follows which, and how far back they reach
        new(Ring, "number * _plan.PerWindow + _inWindow", "number + _inWindow"),
        new(Ring, "_last = (_last + 1) % _segments.Length", "_last = (_last + 2) % _segments.Length"),
        new(Ring, "(steps - 1) % _plan.Steps + 1", "Math.Min(steps, _plan.Steps)"),
        new(Ring, "        _kept = 0;", ""),
        new(Ring, "Math.Min(kept + _inWindow, _segments.Length)", "_segments.Length"),
        new(Ring, "_plan.ReachesBack ? _reachable : _inWindow", "_reachable"),
        new(Ring, "_plan.ReachesBack ? _reachable : _inWindow", "_inWindow"),
        new(Ring, "Math.Min(_plan.Back, _plan.ReachesBack ? _reachable : _inWindow)", "_plan.ReachesBack ? _reachable : _inWindow"),
        new(Ring, "!isInWindow || !segment.IsHeld", "!segment.IsHeld"),
        new(Ring, "!isInWindow || !segment.IsHeld", "!isInWindow"),
        new(Ring, "isInWindow ? outputGradient[RowsOf(segment, _outputSize)] : []", "outputGradient[..(segment.Steps * _batch * _outputSize)]"),
        new(Ring, "Position -= segment.Steps;", "Position -= _plan.Steps;"),
        new(Ring, "                return (start + step, unit, value);", "                return (step, unit, value);"),
        new(Ring, "segment.IsHeld && segment.FindNonFiniteOutput", "segment.FindNonFiniteOutput"),
        new(Ring, "segment.OutputGradient.Clear();", ""),
        new(Ring, "bool isInWindow = back < _inWindow;", "bool isInWindow = back <= _inWindow;"),
        new(Ring, "(segment.Start * _batch * width)..((segment.Start + segment.Steps) * _batch * width)", "0..(segment.Steps * _batch * width)"),
        new(Ring, "TakeInitialGradients(segment);", ""),
        new(Plan, "Back > PerWindow", "Back >= PerWindow"),

        // what is handed from segment to segment
        new(Ring, "Hand(_states, Last.States);", ""),
        new(Ring, "Hand(Last.States, _states);", ""),
        new(Ring, "_states[k].BeginWindow();", ""),
        new(Ring, "_states[k].FinalGradient.CopyTo(to[k].FinalGradient);", ""),
        new(Ring, "_states[k].FinalGradient.Clear();", ""),
        new(Ring, "after.States[k].InitialGradient.CopyTo(to[k].FinalGradient);", ""),
        new(Ring, "if (after.IsDetached(k, sequence))", "if (false)"),
        new(Ring, "if (!isDone)", "if (true)"),
        new(Ring, "isDone = segment.IsDetached(k, sequence);", ""),
        new(Ring, "_isDone.AsSpan().Clear();", ""),
        new(Ring, "state.Reset(sequence);", "state.Reset();"),

        // a segment, and its second forward pass
        new(Segment, "Math.Clamp(lengths[b] - start, 0, steps)", "Math.Clamp(lengths[b], 0, steps)"),
        new(Segment, "_initialStates[k].CopyFrom(States[k]);", ""),
        new(Segment, "States[k].IsFresh(sequence) || States[k].IsWritten(sequence)", "States[k].IsWritten(sequence)"),
        new(Segment, "States[k].IsFresh(sequence) || States[k].IsWritten(sequence)", "States[k].IsFresh(sequence)"),
        new(Segment, "States[k].CopyFrom(_initialStates[k]);", ""),
        new(Segment, "public void Recompute()\n    {\n        BeginWindow();", "public void Recompute()\n    {"),
        new(Segment, "_pass.OutputGradient.Clear();", ""),
        new(Segment, "_pass.Holder = this;", "_pass.Holder ??= this;"),
        new(Segment, "(Window.Number, Window.Drops) = (_number, _drops);", "Window.Drops = _drops;"),
        new(Segment, "(Window.Number, Window.Drops) = (_number, _drops);", "Window.Number = _number;"),
        new(Plan, "(steps - 1) / segment + 1", "steps / segment"),
        new(Plan, "(back - 1) / segment + 1", "back / segment"),

        // states: fresh, carried, written
        new(Rows, "_written[sequence] = true;", ""),
        new(Rows, "(NoticesWrites || _fresh[sequence]) &&", "NoticesWrites &&"),
        new(Rows, "_fresh[sequence] && window.Length(row) > 0", "_fresh[sequence]"),
        new(Rows, "int sequence = window.Sequence(row);", "int sequence = row;"),
        new(Rows, "        _written.AsSpan().Clear();", ""),
        new(Rows, "            _value.CopyTo(_left.AsSpan());", ""),
        new(Rows, "if (_fresh[sequence] && IsAsLeft(sequence))", "if (_fresh[sequence])"),
        new(Rows, "                Initial.Current.CopyTo(Row(_value, sequence));", ""),
        new(Rows, "other._fresh.CopyTo(_fresh.AsSpan());", ""),
        new(Rows, "other._written.CopyTo(_written.AsSpan());", ""),
        new(Rows, "(_fresh[sequence], _written[sequence]) = (false, false);", "_written[sequence] = false;"),
        new(Rows, "_written.AsSpan().Fill(true);", ""),
        new(Rows, "        _fresh.AsSpan().Clear();", ""),
        new(Plan, "GreatestCommonDivisor(steps, back)", "Math.Min(steps, back)"),

        // lengths: which sequence is in which row, and which rows run
        new(Windows, "nextRows[..Steps].CopyTo(_activeRows);", ""),
        new(Windows, "= (sequence, row, lengths[sequence]);", "= (sequence, sequence, lengths[sequence]);"),
        new(Windows, "longer = 0; n >= 0; n--", "longer = 0; n > 0; n--"),
        new(Windows, "IsFull = false;", ""),
        new(Windows, "IsFull ? _lengths.Length : _activeRows[t]", "_lengths.Length"),
        new(Windows, "_sequences[row]) * width, width).CopyTo(to)", "row) * width, width).CopyTo(to)"),
        new(Windows, "to = values.Slice((t * _lengths.Length + _sequences[row])", "to = values.Slice((t * _lengths.Length + row)"),
        new(Windows, "_lengths[row] - 1 - t", "Steps - 1 - t"),
        new(State, "_context.Window.Length(row)", "_context.Window.Steps"),
        new(State, "_context.Window.Sequence(row) * State.Size", "row * State.Size"),
        new(State, "int sequence = _context.Window.Sequence(row);", "int sequence = row;"),
        new(Activations, "Hidden.Values.Rows(t + 1, first, rows).Clear();", ""),
        new(Activations, "        Gates.Rows(t, first, rows).Clear();", ""),
        new(Activations, "        Recurrent.Rows(t, first, rows).Clear();", ""),
        new(Activations, "        Inner.Rows(t, first, rows).Clear();", ""),
        new(Activations, "MaskedHidden.Rows(t, first, rows).Clear();", ""),
        new(Activations, "        ProductGradient.Rows(t, first, rows).Clear();", ""),
        new(Activations, "GateHistory?.Values.Rows(t + 1, first, rows).Clear();", ""),
        new(Engine, "output[(running * Batch * _outputSize)..].Clear();", ""),
        new(Engine, "inputGradient.Clear();", ""),

        // learned initial states
        new(State, "_initial != null && State.IsFresh(sequence)", "_initial != null"),
        new(State, "_beganFresh[sequence] ? _initial!.Current : value", "false ? _initial!.Current : value"),
        new(State, "            if (_beganFresh[sequence])\n", "            if (true)\n"),
        new(Streaming, "            state.Reset();", "            state.Value.Clear();"),
        new(Streaming, "            state.Reset(sequence);", "            state.Reset();"),

        // masks
        new(Mask, "RandomStream.Mask(window.Number, _id)", "RandomStream.Mask(0, _id)"),
        new(Mask, "RandomStream.Mask(window.Number, _id)", "RandomStream.Mask(window.Number, 0)"),
        new(Mask, "(long)t * _context.Batch + window.Sequence(row)", "window.Sequence(row)"),
        new(Mask, "(long)t * _context.Batch + window.Sequence(row)", "(long)t * _context.Batch + row"),
        new(Mask, "(long)t * _context.Batch + window.Sequence(row)", "(long)t + window.Sequence(row)"),
        new(Mask, "Fill(_mean)", "Fill(_keptValue)"),
        new(Dropped, "RandomStream.Mask(_context.Window.Number, _id)", "RandomStream.Mask(0, _id)"),
        new(Dropped, "RandomStream.Mask(_context.Window.Number, _id)", "RandomStream.Mask(_context.Window.Number, 0)"),
        new(Dropped, "_gradient.Span.Clear();", ""),
        new(Pass, "_at.ZoneoutHidden?.Draw(t, first, rows);", "_at.ZoneoutHidden?.Draw(0, first, rows);"),
        new(Pass, "            if (t == 0)\n", "            if (t == 1)\n"),
        new(Engine, "WindowCount++;", ""),

        // chunks of steps, workers and their rows
        new(Pass, "(Window.Steps - 1) / _chunk * _chunk", "0"),
        new(Pass, "_firstStep -= _chunk", "_firstStep -= Window.Steps"),
        new(Pass, "_projection.Forward(input.Range(_firstStep,", "_projection.Forward(input.Range(0,"),
        new(Pass, "AddWeightGradients(_firstStep, _endStep - _firstStep);", "AddWeightGradients(0, _endStep - _firstStep);"),
        new(Pass, "inputGradient.Slice(_firstStep * row,", "inputGradient.Slice(0,"),
        new(Pass, "_at.RowGradients.Clear();", ""),
        new(Pass, "_at.ClearPadding(t, first + rows, end - first - rows);", ""),
        new(Pass, "_input, t * Context.Batch + first, rows", "_input, t * Context.Batch, rows"),
        new(Pass, "product.PackForward();", ""),
        new(Pass, "product.PackBackward();", ""),
        new(Pass, "(t * Context.Batch + first) * _cell.OutputSize", "t * Context.Batch * _cell.OutputSize"),
        new(Layers, "step * Context.Batch * SizeOf(layer)", "0"),
    ];
}

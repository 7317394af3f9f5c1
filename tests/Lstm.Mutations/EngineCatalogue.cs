namespace Lstm.Mutations;

/// <summary>What the engine does about time: segments, windows, states, lengths, masks, chunks.</summary>
internal static class EngineCatalogue
{
    private const string Ring = "Bptt/SegmentRing.cs";
    private const string Segment = "Bptt/BpttSegment.cs";
    private const string Plan = "Bptt/SegmentPlan.cs";
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
        new(Ring, "(number * _plan.PerWindow) + _inWindow", "number + _inWindow"),
        new(Ring, "_last = (_last + 1) % _segments.Length", "_last = (_last + 2) % _segments.Length"),
        new(Ring, "_reachable = 0;", ""),
        new(Ring, "Math.Min(_reachable + _inWindow, _segments.Length)", "_segments.Length"),
        new(Ring, "Math.Min(_plan.Back, _reachable)", "_plan.Back"),
        new(Ring, "Math.Min(_plan.Back, _reachable)", "Math.Min(_inWindow, _reachable)"),
        new(Ring, "_plan.Recompute && back > 0", "_plan.Recompute && back > 1"),
        new(Ring, "Position -= segment.Steps;", "Position -= _plan.Steps;"),
        new(Ring, "start += segment.Steps;", ""),
        new(Ring, "(!_plan.Recompute || back == 0)", "back == 0"),

        // what is handed from segment to segment
        new(Ring, "Hand(_states, Last.States);", ""),
        new(Ring, "Hand(Last.States, _states);", ""),
        new(Ring, "to[k].IsFresh = from[k].IsFresh;", ""),
        new(Ring, "back == 0 ? after[k].FinalGradient : after[k].InitialGradient", "after[k].FinalGradient"),
        new(Ring, "back == 0 ? after[k].FinalGradient : after[k].InitialGradient", "after[k].InitialGradient"),
        new(Ring, "after = segment.States;", "after = back == 0 ? segment.States : after;"),
        new(Ring, "after[k].InitialGradient.CopyTo(_states[k].InitialGradient);", ""),
        new(Ring, "_states[k].FinalGradient.Clear();", ""),
        new(Ring, "            state.Reset();", "            state.Value.Clear();"),

        // a segment, and its second forward pass
        new(Segment, "Math.Clamp(lengths[b] - start, 0, steps)", "Math.Clamp(lengths[b], 0, steps)"),
        new(Segment, "States[k].Value.CopyTo(_initialStates[k]);", ""),
        new(Segment, "_fresh[k] = States[k].IsFresh;", ""),
        new(Segment, "_initialStates[k].CopyTo(States[k].Value);", ""),
        new(Segment, "States[k].IsFresh = _fresh[k];", ""),
        new(Segment, "public void Recompute()\n    {\n        BeginWindow();", "public void Recompute()\n    {"),
        new(Segment, "_pass.OutputGradient.Clear();", ""),
        new(Segment, "(Window.Number, Window.Drops) = (_number, _drops);", "Window.Drops = _drops;"),
        new(Segment, "(Window.Number, Window.Drops) = (_number, _drops);", "Window.Number = _number;"),
        new(Plan, "(steps + segment - 1) / segment", "steps / segment"),
        new(Plan, "(back + segment - 1) / segment", "back / segment"),
        new(Plan, "GreatestCommonDivisor(steps, back)", "Math.Min(steps, back)"),

        // lengths: which sequence is in which row, and which rows run
        new(Windows, "_lengths[at - 1] < length", "_lengths[at - 1] <= length"),
        new(Windows, "_lengths[rows - 1] <= t", "_lengths[rows - 1] < t"),
        new(Windows, "IsFull = false;", ""),
        new(Windows, "IsFull ? _lengths.Length : _activeRows[t]", "_lengths.Length"),
        new(Windows, "_sequences[row]) * width, width).CopyTo(to)", "row) * width, width).CopyTo(to)"),
        new(Windows, "to = values.Slice((t * _lengths.Length + _sequences[row])", "to = values.Slice((t * _lengths.Length + row)"),
        new(Windows, "_lengths[row] - 1 - t", "Steps - 1 - t"),
        new(State, "_context.Window.Length(row)", "_context.Window.Steps"),
        new(State, "_context.Window.Sequence(row)", "row"),
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
        new(State, "_beganFresh = State.IsFresh;", "_beganFresh = true;"),
        new(State, "State.IsFresh = false;", ""),
        new(State, "if (_beganFresh && _initial != null)\n            {", "if (_initial != null)\n            {"),
        new(State, "if (_beganFresh && _initial != null)\n        {", "if (_initial != null)\n        {"),
        new(Streaming, "            state.Reset();", "            state.Value.Clear();"),

        // masks
        new(Mask, "(ulong)window.Number << 16 | _id", "_id"),
        new(Mask, "(ulong)window.Number << 16 | _id", "(ulong)window.Number << 16"),
        new(Mask, "(long)t * _context.Batch + window.Sequence(row)", "window.Sequence(row)"),
        new(Mask, "(long)t * _context.Batch + window.Sequence(row)", "(long)t * _context.Batch + row"),
        new(Mask, "(long)t * _context.Batch + window.Sequence(row)", "(long)t + window.Sequence(row)"),
        new(Mask, "Fill(_mean)", "Fill(_keptValue)"),
        new(Dropped, "(ulong)_context.Window.Number << 16 | _id", "_id"),
        new(Dropped, "(ulong)_context.Window.Number << 16 | _id", "(ulong)_context.Window.Number << 16"),
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
        new(Pass, "_at.RowGradients.Steps(0, 1).Clear();", ""),
        new(Pass, "_at.ClearPadding(t, first + rows, end - first - rows);", ""),
        new(Pass, "_input, t * Context.Batch + first, rows", "_input, t * Context.Batch, rows"),
        new(Pass, "product.PackForward();", ""),
        new(Pass, "product.PackBackward();", ""),
        new(Pass, "(t * Context.Batch + first) * _cell.OutputSize", "t * Context.Batch * _cell.OutputSize"),
        new(Layers, "step * Context.Batch * SizeOf(layer)", "0"),
    ];
}

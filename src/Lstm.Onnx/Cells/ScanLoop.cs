namespace Lstm.Onnx;

/// <summary>
/// A recurrent layer as a loop over its steps, the operator <c>Scan</c>: for any cell it adds time, lengths and zoneout to the equations of
/// one step.
/// </summary>
internal static class ScanLoop
{
    private const long FromLastStep = 1;

    /// <summary>Adds the loop, and returns the outputs [T,B,output].</summary>
    public static string Add(RecurrentNodes at, ICellNodes cell, string projection)
    {
        IReadOnlyList<StateBlock> states = at.Cell.States;
        string[] scanned = at.Window.HasLengths ? [projection, at.Window.Active] : [projection];
        string[] initial = [.. states.Select(at.InitialState)];
        string[] first = [.. states.Select((state, k) => initial[k].Length > 0 ? initial[k] : at.Window.ZeroState(state.Size))];
        long direction = at.IsReversed ? FromLastStep : 0;
        string[] results = at.Graph.Nodes(
            "Scan",
            [.. first, .. scanned],
            states.Count + 1,
            OnnxAttribute.Graph("body", Body(at, cell).ToMessage()),
            OnnxAttribute.Int("num_scan_inputs", scanned.Length),
            OnnxAttribute.Ints("scan_input_directions", [.. scanned.Select(_ => direction)]),
            OnnxAttribute.Ints("scan_output_directions", direction));
        for (int k = 0; k < states.Count; k++)
        {
            at.FinalState(states[k], results[k]);
        }

        return results[^1];
    }

    private static OnnxGraph Body(RecurrentNodes at, ICellNodes cell)
    {
        IReadOnlyList<StateBlock> states = at.Cell.States;
        OnnxGraph body = at.Graph.CreateBody($"{at.Path} step");
        string[] before = [.. states.Select(state => body.BodyInput($"{state.Name}'", ElementType.Float))];
        string projection = body.BodyInput("W x", ElementType.Float);
        string active = at.Window.HasLengths ? body.BodyInput("active", ElementType.Bool) : "";
        string[] after = cell.AddStep(body, projection, before);
        for (int k = 0; k < states.Count; k++)
        {
            after[k] = Mix(body, states[k].Zoneout, after[k], before[k]);
            after[k] = active.Length == 0 ? after[k] : body.Where(active, after[k], before[k]);
            body.BodyOutput(after[k]);
        }

        int output = Enumerable.Range(0, states.Count).First(k => states[k].IsOutput);
        body.BodyOutput(after[output]);
        return body;
    }

    /// <summary>Adds zoneout by its mean: s = (1-p)*s_new + p*s'.</summary>
    private static string Mix(OnnxGraph body, double zoneout, string after, string before) => zoneout == 0
        ? after
        : body.Plus(
            body.Times(body.Number((float)(1 - zoneout)), after),
            body.Times(body.Number((float)zoneout), before));
}

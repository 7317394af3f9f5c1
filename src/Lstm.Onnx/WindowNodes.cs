namespace Lstm.Onnx;

/// <summary>The graph of a model and what its layers share: the sizes of the input, the lengths of sequences, and their states.</summary>
internal sealed class WindowNodes
{
    private readonly OnnxGraph _graph;
    private readonly OnnxExportOptions _options;
    private readonly string _input;
    private readonly List<(string Name, string Value, int Size)> _finalStates = [];
    private string? _shape, _batch, _lengths, _running, _active, _hasSteps;

    public WindowNodes(OnnxGraph graph, OnnxExportOptions options, int? inputSize)
    {
        (_graph, _options) = (graph, options);
        HasTokens = inputSize is null;
        _input = inputSize is int size
            ? graph.Input("input", ElementType.Float, "T", "B", size)
            : graph.Input("input", ElementType.Int64, "T", "B");
        Lengths = options.Lengths ? graph.Input("lengths", ElementType.Int32, "B") : "";

        // Past the end of a sequence there may be any numbers, while a gathering refuses ids that are out of range.
        Input = HasTokens && HasLengths ? graph.Where(Running, _input, graph.Integer(0)) : _input;
    }

    public OnnxGraph Graph => _graph;

    /// <summary>The vectors [T,B,I], or the token ids [T,B].</summary>
    public string Input { get; }

    public bool HasTokens { get; }

    public bool HasLengths => _options.Lengths;

    public bool HasStates => _options.States;

    /// <summary>The lengths, int32 [B], or an empty name.</summary>
    public string Lengths { get; }

    /// <summary>Whether a sequence has a step, [T,B,1], where there are lengths.</summary>
    public string Active => _active ??= _graph.Unsqueeze(Running, 2);

    /// <summary>Whether a sequence has any step, [B,1], where there are lengths.</summary>
    public string HasSteps => _hasSteps ??= _graph.Unsqueeze(_graph.Node("Greater", [LongLengths, _graph.Integer(0)]), 1);

    public bool HasAnyState => _finalStates.Count > 0;

    private string Running => _running ??= _graph.Node("Less", [_graph.Unsqueeze(Positions, 1), LongLengths]);

    private string LongLengths =>
        _lengths ??= _graph.Node("Cast", [Lengths], OnnxAttribute.Int("to", (long)ElementType.Int64));

    private string Positions => _graph.Node("Range", [_graph.Integer(0), SizeOf(axis: 0), _graph.Integer(1)]);

    /// <summary>[B, 1], the shape of a state without its last size.</summary>
    private string BatchShape =>
        _batch ??= _graph.Concat(0, _graph.Unsqueeze(SizeOf(axis: 1), 0), _graph.Integers(1));

    /// <summary>
    /// Adds the state that sequences start from, [B,size]. It is an input, or <paramref name="learned"/>, or 0; in the last case the name
    /// is empty.
    /// </summary>
    public string InitialState(string name, int size, ReadOnlySpan<float> learned)
    {
        if (HasStates)
        {
            return _graph.Input(name, ElementType.Float, "B", size);
        }

        return learned.IsEmpty ? "" : Repeat(_graph.Constant($"{name}0", learned, 1, size));
    }

    /// <summary>Adds a state of zeros, [B,size].</summary>
    public string ZeroState(int size) =>
        _graph.Node("Expand", [_graph.Number(0), _graph.Node("Mul", [BatchShape, _graph.Integers(1, size)])]);

    /// <summary>Takes the state after the last steps, [B,size], as an output of the graph.</summary>
    public void AddFinalState(string name, string value, int size) => _finalStates.Add((name, value, size));

    /// <summary>Shows the outputs: that of the last layer, and the final states.</summary>
    public void AddOutputs(string output, int outputSize)
    {
        string masked = HasLengths ? _graph.Where(Active, output, _graph.Number(0)) : output;
        _graph.Output("output", masked, "T", "B", outputSize);
        foreach ((string name, string value, int size) in _finalStates)
        {
            _graph.Output($"{name}.next", value, "B", size);
        }
    }

    private string Repeat(string row) => _graph.Node("Expand", [row, BatchShape]);

    private string SizeOf(long axis) =>
        _graph.Node("Gather", [_shape ??= _graph.Node("Shape", [_input]), _graph.Integer(axis)], OnnxAttribute.Int("axis", 0));
}

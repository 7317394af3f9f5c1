namespace Lstm.Onnx;

/// <summary>The graph of a file, as it is written there. The field numbers are those of <c>onnx.proto3</c>.</summary>
internal sealed class OnnxFile
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxTensor> _constants = [];
    private readonly List<GraphInput> _inputs = [], _outputs = [];

    private OnnxFile()
    {
    }

    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    public IReadOnlyList<OnnxTensor> Constants => _constants;

    /// <summary>The inputs, without those that only name a constant.</summary>
    public IEnumerable<GraphInput> Inputs
    {
        get
        {
            HashSet<string> constants = [.. _constants.Select(constant => constant.Name)];
            return _inputs.Where(input => !constants.Contains(input.Name));
        }
    }

    public IReadOnlyList<GraphInput> Outputs => _outputs;

    public static OnnxFile Read(ReadOnlySpan<byte> bytes)
    {
        OnnxFile file = new();
        bool hasGraph = false;
        ProtoReader model = new(bytes);
        while (model.Next())
        {
            if (model.Field == 7)
            {
                hasGraph = true;
                file.ReadGraph(model.Bytes());
            }
            else
            {
                model.Skip();
            }
        }

        return hasGraph ? file : throw new InvalidDataException("The file is no ONNX model: it has no graph.");
    }

    private void ReadGraph(ReadOnlySpan<byte> bytes)
    {
        ProtoReader graph = new(bytes);
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1: _nodes.Add(OnnxNode.Read(graph.Bytes())); break;
                case 5: _constants.Add(OnnxTensor.Read(graph.Bytes())); break;
                case 11: _inputs.Add(GraphInput.Read(graph.Bytes())); break;
                case 12: _outputs.Add(GraphInput.Read(graph.Bytes())); break;
                default: graph.Skip(); break;
            }
        }
    }
}

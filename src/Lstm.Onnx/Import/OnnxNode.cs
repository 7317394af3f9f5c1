namespace Lstm.Onnx;

/// <summary>A node of a graph. The field numbers are those of <c>onnx.proto3</c>.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, NodeAttribute> _attributes = [];
    private readonly List<string> _inputs = [], _outputs = [];
    private string _name = "", _domain = "";

    private OnnxNode()
    {
    }

    public string Operation { get; private set; } = "";

    public IReadOnlyList<string> Inputs => _inputs;

    public IReadOnlyList<string> Outputs => _outputs;

    public IEnumerable<string> AttributeNames => _attributes.Keys;

    public static OnnxNode Read(ReadOnlySpan<byte> bytes)
    {
        OnnxNode node = new();
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: node._inputs.Add(reader.Text()); break;
                case 2: node._outputs.Add(reader.Text()); break;
                case 3: node._name = reader.Text(); break;
                case 4: node.Operation = reader.Text(); break;
                case 5:
                    NodeAttribute attribute = NodeAttribute.Read(reader.Bytes());
                    node._attributes[attribute.Name] = attribute;
                    break;
                case 7: node._domain = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        return node._domain is "" or "ai.onnx"
            ? node
            : throw node.NotSupported($"is of the domain '{node._domain}', whose operators are not known");
    }

    public string Input(int position) => position < _inputs.Count ? _inputs[position] : "";

    public long Int(string attribute, long otherwise) =>
        _attributes.TryGetValue(attribute, out NodeAttribute? found) ? found.Int : otherwise;

    public float Float(string attribute, float otherwise) =>
        _attributes.TryGetValue(attribute, out NodeAttribute? found) ? found.Float : otherwise;

    public string Text(string attribute, string otherwise) =>
        _attributes.TryGetValue(attribute, out NodeAttribute? found) ? found.Text : otherwise;

    public IReadOnlyList<long>? Ints(string attribute) => Find(attribute)?.Ints;

    public IReadOnlyList<float>? Floats(string attribute) => Find(attribute)?.Floats;

    public IReadOnlyList<string>? Texts(string attribute) => Find(attribute)?.Texts;

    public OnnxTensor? Tensor(string attribute) => Find(attribute)?.Tensor;

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    /// <summary>Returns the error that this node cannot become a layer.</summary>
    /// <param name="why">What is wrong, as in: The node 'x' (LSTM) ...</param>
    public NotSupportedException NotSupported(string why) => new($"The node {this} {why}.");

    /// <summary>Returns the error that this node is none that the format allows.</summary>
    /// <inheritdoc cref="NotSupported"/>
    public InvalidDataException Invalid(string why) => new($"The node {this} {why}.");

    /// <inheritdoc/>
    public override string ToString() => $"'{(_name.Length > 0 || _outputs.Count == 0 ? _name : _outputs[0])}' ({Operation})";

    private NodeAttribute? Find(string attribute) => _attributes.GetValueOrDefault(attribute);
}

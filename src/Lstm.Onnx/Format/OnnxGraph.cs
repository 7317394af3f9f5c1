using System.Buffers.Binary;

namespace Lstm.Onnx;

/// <summary>
/// A graph in the format of ONNX: nodes in the order of computation, constants, inputs and outputs. A body is a graph within a node of
/// another one; it sees the values of that graph, and its constants lie there. The numbers of fields are those of <c>onnx.proto3</c>.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly string _name;
    private readonly OnnxGraph? _outer;
    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _constants = [];
    private readonly List<ProtoMessage> _inputs = [];
    private readonly List<ProtoMessage> _outputs = [];
    private readonly HashSet<string> _constantNames = [];
    private int _count;

    public OnnxGraph(string name, int opset) => (_name, Opset) = (name, opset);

    private OnnxGraph(string name, OnnxGraph outer)
        : this(name, outer.Opset) => (_outer, Scope) = (outer, outer.Scope);

    public int Opset { get; }

    /// <summary>The place of the nodes that are added, such as the name of a layer; their names begin with it.</summary>
    public string Scope { get; set; } = "";

    private OnnxGraph Root => _outer?.Root ?? this;

    public OnnxGraph CreateBody(string name) => new(name, this);

    /// <summary>Adds a node of one result, and returns the name of that.</summary>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<ProtoMessage> attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node of several results, and returns their names. The name of an input that is left out is empty.</summary>
    public string[] Nodes(
        string operation, ReadOnlySpan<string> inputs, int results, params ReadOnlySpan<ProtoMessage> attributes)
    {
        string name = $"{Scope}/{operation}_{Root._count++}";
        string[] outputs = results == 1 ? [name] : [.. Enumerable.Range(0, results).Select(k => $"{name}.{k}")];
        AddNode(operation, name, inputs, outputs, attributes);
        return outputs;
    }

    /// <summary>Adds a constant tensor of its own name, and returns the name.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        byte[] bytes = new byte[checked(values.Length * sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return Root.AddConstant(name, ElementType.Float, bytes, shape);
    }

    /// <summary>Returns the name of a constant number; equal numbers are one constant.</summary>
    public string Number(float value) => IsNew($"number {value}", out string name) ? Constant(name, [value]) : name;

    /// <summary>Returns the name of a constant integer without dimensions; equal integers are one constant.</summary>
    public string Integer(long value) => IsNew($"integer {value}", out string name) ? AddIntegers(name, [value], []) : name;

    /// <summary>Returns the name of a constant list of integers; equal lists are one constant.</summary>
    public string Integers(params ReadOnlySpan<long> values) => IsNew($"integers {string.Join(' ', values.ToArray())}", out string name)
        ? AddIntegers(name, values, [values.Length])
        : name;

    public string Input(string name, ElementType type, params ReadOnlySpan<Dimension> shape)
    {
        _inputs.Add(Value(name, type, shape));
        return name;
    }

    /// <summary>Adds an input of a body, whose shape follows from what the node around it is given.</summary>
    public string BodyInput(string name, ElementType type)
    {
        string unique = $"{Scope}/{name}";
        _inputs.Add(Value(unique, new ProtoMessage().Add(1, (long)type)));
        return unique;
    }

    /// <summary>Shows a value as an output of the graph.</summary>
    public void Output(string name, string value, params ReadOnlySpan<Dimension> shape)
    {
        AddNode("Identity", name, [value], [name], []);
        _outputs.Add(Value(name, ElementType.Float, shape));
    }

    /// <summary>Shows a value as an output of a body.</summary>
    public void BodyOutput(string value) =>
        _outputs.Add(Value(Node("Identity", [value]), new ProtoMessage().Add(1, (long)ElementType.Float)));

    public ProtoMessage ToMessage() => new ProtoMessage()
        .AddAll(1, _nodes)
        .Add(2, _name)
        .AddAll(5, _constants)
        .AddAll(11, _inputs)
        .AddAll(12, _outputs);

    /// <summary>Returns a whole model of this graph.</summary>
    public byte[] ToModel(string producer) => new ProtoMessage()
        .Add(1, IrVersion(Opset))
        .Add(2, producer)
        .Add(7, ToMessage())
        .Add(8, new ProtoMessage().Add(1, "").Add(2, Opset))
        .ToArray();

    /// <summary>Returns the version of the file format that came with an operator set.</summary>
    private static long IrVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    private static ProtoMessage Value(string name, ElementType type, ReadOnlySpan<Dimension> shape)
    {
        ProtoMessage dimensions = new();
        foreach (Dimension dimension in shape)
        {
            dimensions.Add(1, dimension.ToMessage());
        }

        return Value(name, new ProtoMessage().Add(1, (long)type).Add(2, dimensions));
    }

    private static ProtoMessage Value(string name, ProtoMessage tensorType) =>
        new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensorType));

    private void AddNode(
        string operation, string name, ReadOnlySpan<string> inputs, string[] outputs, ReadOnlySpan<ProtoMessage> attributes) =>
        _nodes.Add(new ProtoMessage()
            .AddAll(1, inputs.ToArray())
            .AddAll(2, outputs)
            .Add(3, name)
            .Add(4, operation)
            .AddAll(5, attributes.ToArray()));

    private bool IsNew(string name, out string same)
    {
        same = name;
        return !Root._constantNames.Contains(name);
    }

    private string AddIntegers(string name, ReadOnlySpan<long> values, ReadOnlySpan<long> shape)
    {
        byte[] bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        return Root.AddConstant(name, ElementType.Int64, bytes, shape);
    }

    private string AddConstant(string name, ElementType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        if (!_constantNames.Add(name))
        {
            throw new InvalidOperationException($"There is a constant '{name}' already.");
        }

        ProtoMessage tensor = new();
        foreach (long size in shape)
        {
            tensor.Add(1, size);
        }

        _constants.Add(tensor.Add(2, (long)type).Add(8, name).Add(9, bytes));
        return name;
    }
}

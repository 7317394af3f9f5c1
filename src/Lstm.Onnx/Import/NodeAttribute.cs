namespace Lstm.Onnx;

/// <summary>An attribute of a node. The field numbers are those of <c>onnx.proto3</c>.</summary>
internal sealed class NodeAttribute
{
    private readonly List<float> _floats = [];
    private readonly List<long> _ints = [];
    private readonly List<string> _texts = [];

    public string Name { get; private set; } = "";

    public float Float { get; private set; }

    public long Int { get; private set; }

    public string Text { get; private set; } = "";

    public OnnxTensor? Tensor { get; private set; }

    public IReadOnlyList<float> Floats => _floats;

    public IReadOnlyList<long> Ints => _ints;

    public IReadOnlyList<string> Texts => _texts;

    public static NodeAttribute Read(ReadOnlySpan<byte> bytes)
    {
        NodeAttribute attribute = new();
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: attribute.Name = reader.Text(); break;
                case 2: attribute.Float = reader.Single(); break;
                case 3: attribute.Int = reader.Int64(); break;
                case 4: attribute.Text = reader.Text(); break;
                case 5: attribute.Tensor = OnnxTensor.Read(reader.Bytes()); break;
                case 7: reader.AddTo(attribute._floats); break;
                case 8: reader.AddTo(attribute._ints); break;
                case 9: attribute._texts.Add(reader.Text()); break;
                default: reader.Skip(); break;
            }
        }

        return attribute;
    }
}

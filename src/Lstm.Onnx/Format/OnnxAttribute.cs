namespace Lstm.Onnx;

/// <summary>Makes the attributes of nodes, with the field numbers of <c>onnx.proto3</c>.</summary>
internal static class OnnxAttribute
{
    private const int NameField = 1, IntField = 3, TextField = 4, GraphField = 6, FloatsField = 7, IntsField = 8, TextsField = 9;
    private const int TypeField = 20;
    private const long IntType = 2, TextType = 3, GraphType = 5, FloatsType = 6, IntsType = 7, TextsType = 8;

    public static ProtoMessage Int(string name, long value) => Named(name).Add(IntField, value).Add(TypeField, IntType);

    public static ProtoMessage Text(string name, string value) => Named(name).Add(TextField, value).Add(TypeField, TextType);

    public static ProtoMessage Graph(string name, ProtoMessage graph) => Named(name).Add(GraphField, graph).Add(TypeField, GraphType);

    public static ProtoMessage Floats(string name, params ReadOnlySpan<float> values)
    {
        ProtoMessage attribute = Named(name);
        foreach (float value in values)
        {
            attribute.AddFloat(FloatsField, value);
        }

        return attribute.Add(TypeField, FloatsType);
    }

    public static ProtoMessage Ints(string name, params ReadOnlySpan<long> values)
    {
        ProtoMessage attribute = Named(name);
        foreach (long value in values)
        {
            attribute.Add(IntsField, value);
        }

        return attribute.Add(TypeField, IntsType);
    }

    public static ProtoMessage Texts(string name, params IEnumerable<string> values) =>
        Named(name).AddAll(TextsField, values).Add(TypeField, TextsType);

    private static ProtoMessage Named(string name) => new ProtoMessage().Add(NameField, name);
}

using System.Runtime.InteropServices;

namespace Lstm.Peers.OnnxRuntime;

/// <summary>A model in the format of ONNX, of as much as an LSTM needs. The numbers of fields are those of <c>onnx.proto3</c>.</summary>
internal sealed class OnnxGraph
{
    private const long IrVersion = 7, OperatorSet = 14;
    private const int Float = 1, Int64 = 7, IntAttribute = 2;

    private readonly ProtoMessage _graph = new ProtoMessage().Add(2, "lstm");

    public void AddNode(string operation, string[] inputs, string[] outputs, params (string Name, long Value)[] attributes)
    {
        ProtoMessage node = new ProtoMessage().AddAll(1, inputs).AddAll(2, outputs).Add(4, operation);
        foreach ((string name, long value) in attributes)
        {
            node.Add(5, new ProtoMessage().Add(1, name).Add(3, value).Add(20, IntAttribute));
        }

        _graph.Add(1, node);
    }

    public void AddConstant(string name, float[] values, params long[] shape) =>
        AddConstant(name, Float, MemoryMarshal.AsBytes<float>(values), shape);

    public void AddConstant(string name, long[] values) =>
        AddConstant(name, Int64, MemoryMarshal.AsBytes<long>(values), [values.Length]);

    public void AddInput(string name, params long[] shape) => _graph.Add(11, Value(name, shape));

    public void AddOutput(string name, params long[] shape) => _graph.Add(12, Value(name, shape));

    public byte[] ToModel() => new ProtoMessage()
        .Add(1, IrVersion)
        .Add(7, _graph)
        .Add(8, new ProtoMessage().Add(1, "").Add(2, OperatorSet))
        .ToArray();

    private void AddConstant(string name, int type, ReadOnlySpan<byte> values, long[] shape)
    {
        ProtoMessage tensor = new();
        foreach (long size in shape)
        {
            tensor.Add(1, size);
        }

        _graph.Add(5, tensor.Add(2, type).Add(8, name).Add(9, values));
    }

    private static ProtoMessage Value(string name, long[] shape)
    {
        ProtoMessage dimensions = new();
        foreach (long size in shape)
        {
            dimensions.Add(1, new ProtoMessage().Add(1, size));
        }

        ProtoMessage tensor = new ProtoMessage().Add(1, Float).Add(2, dimensions);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Lstm.PyTorch.Tests;

/// <summary>Writes pickles by hand, sound ones and others.</summary>
internal sealed class Pickle
{
    private readonly List<byte> _bytes = [];

    public Pickle()
    {
        Raw(0x80, 2);
    }

    public Pickle Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Pickle Op(char opcode) => Raw((byte)opcode);

    public Pickle Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public Pickle Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').UInt32((uint)bytes.Length).Raw(bytes);
    }

    public Pickle Number(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8A, sizeof(long)).Raw(bytes);
    }

    public Pickle UInt32(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public Pickle Numbers(params long[] values)
    {
        Op('(');
        foreach (long value in values)
        {
            Number(value);
        }

        return Op('t');
    }

    public Pickle Storage(string key, long count, string type = "FloatStorage") =>
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op('t').Op('Q');

    public Pickle Tensor(string key, long count, long offset, long[] shape, long[] strides, string type = "FloatStorage")
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(key, count, type);
        Number(offset).Numbers(shape).Numbers(strides).Raw(0x89);
        return Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');
    }

    public byte[] Stop() => [.. Op('.')._bytes];
}

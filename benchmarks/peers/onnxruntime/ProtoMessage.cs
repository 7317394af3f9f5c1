using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Peers.OnnxRuntime;

/// <summary>A message in the wire format of Protocol Buffers: fields one after the other, each a tag and a value.</summary>
internal sealed class ProtoMessage
{
    private const int VarInt = 0, LengthDelimited = 2;
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtoMessage Add(int field, long value)
    {
        WriteVarInt((ulong)((field << 3) | VarInt));
        WriteVarInt((ulong)value);
        return this;
    }

    public ProtoMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarInt((ulong)((field << 3) | LengthDelimited));
        WriteVarInt((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtoMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, CollectionsMarshal.AsSpan(message._bytes));

    /// <summary>A field that is repeated, once for each value.</summary>
    public ProtoMessage AddAll(int field, IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            Add(field, text);
        }

        return this;
    }

    /// <summary>Seven bits a byte, the lowest first; the eighth says that more follow.</summary>
    private void WriteVarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}

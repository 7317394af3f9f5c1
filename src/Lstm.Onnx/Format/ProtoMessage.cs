using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Lstm.Onnx;

/// <summary>A message in the wire format of Protocol Buffers: fields one after the other, each a tag and a value.</summary>
internal sealed class ProtoMessage
{
    private const int VarInt = 0, LengthDelimited = 2, Fixed32 = 5;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtoMessage Add(int field, long value)
    {
        WriteTag(field, VarInt);
        WriteVarInt((ulong)value);
        return this;
    }

    public ProtoMessage AddFloat(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        WriteTag(field, Fixed32);
        _bytes.Write(bytes);
        return this;
    }

    public ProtoMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        WriteTag(field, LengthDelimited);
        WriteVarInt((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    public ProtoMessage Add(int field, string text) => Add(field, s_strictUtf8.GetBytes(text));

    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, message._bytes.WrittenSpan);

    /// <summary>Adds a field that is repeated, once for each text.</summary>
    public ProtoMessage AddAll(int field, IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            Add(field, text);
        }

        return this;
    }

    /// <summary>Adds a field that is repeated, once for each message.</summary>
    public ProtoMessage AddAll(int field, IEnumerable<ProtoMessage> messages)
    {
        foreach (ProtoMessage message in messages)
        {
            Add(field, message);
        }

        return this;
    }

    private void WriteTag(int field, int wireType) => WriteVarInt((ulong)((field << 3) | wireType));

    /// <summary>Writes seven bits a byte, the lowest first; the eighth bit says that more follow.</summary>
    private void WriteVarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Lstm.Onnx;

/// <summary>
/// Reads a message in the wire format of Protocol Buffers, field by field. Bytes that are no such message are an
/// <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private const int VarInt = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;
    private const int MostVarIntBytes = 10;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;
    private int _wireType;

    /// <summary>The number of the field that <see cref="Next"/> has found.</summary>
    public int Field { get; private set; }

    /// <summary>Goes on to the next field, which has to be read or skipped.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadVarInt();
        (Field, _wireType) = (checked((int)Math.Min(tag >> 3, int.MaxValue)), (int)(tag & 7));
        return Field > 0 ? true : throw Damaged("a field has the number 0");
    }

    public long Int64()
    {
        Expect(VarInt);
        return (long)ReadVarInt();
    }

    public float Single()
    {
        Expect(Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(LengthDelimited);
        ulong length = ReadVarInt();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw Damaged($"a field of {length} bytes goes past the end");
    }

    public string Text()
    {
        try
        {
            return s_strictUtf8.GetString(Bytes());
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("The file is damaged: a text is not UTF-8.", error);
        }
    }

    /// <summary>Reads integers of a repeated field, one of them or a packed list.</summary>
    public void AddTo(List<long> values)
    {
        if (_wireType == VarInt)
        {
            values.Add(Int64());
            return;
        }

        ProtoReader packed = new(Bytes());
        while (!packed._rest.IsEmpty)
        {
            values.Add((long)packed.ReadVarInt());
        }
    }

    /// <summary>Reads numbers of a repeated field, one of them or a packed list.</summary>
    public void AddTo(List<float> values)
    {
        if (_wireType == Fixed32)
        {
            values.Add(Single());
            return;
        }

        ProtoReader packed = new(Bytes());
        while (!packed._rest.IsEmpty)
        {
            values.Add(BinaryPrimitives.ReadSingleLittleEndian(packed.Take(sizeof(float))));
        }
    }

    public void Skip()
    {
        switch (_wireType)
        {
            case VarInt:
                ReadVarInt();
                break;
            case Fixed64:
                Take(sizeof(long));
                break;
            case LengthDelimited:
                Bytes();
                break;
            case Fixed32:
                Take(sizeof(float));
                break;
            default:
                throw Damaged($"field {Field} is of the unknown type {_wireType}");
        }
    }

    private static InvalidDataException Damaged(string how) => new($"The file is damaged: {how}.");

    private readonly void Expect(int wireType)
    {
        if (_wireType != wireType)
        {
            throw Damaged($"field {Field} is of the type {_wireType} in place of {wireType}");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Damaged("it ends within a field");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong ReadVarInt()
    {
        ulong value = 0;
        for (int k = 0; k < MostVarIntBytes; k++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * k);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged("an integer has more than 10 bytes");
    }
}

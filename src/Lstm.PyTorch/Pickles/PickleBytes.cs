using System.Buffers.Binary;
using System.Text;
using Lstm.PyTorch.Archives;

namespace Lstm.PyTorch.Pickles;

/// <summary>Reads the bytes of a pickle one after the other.</summary>
internal sealed class PickleBytes(ReadOnlyMemory<byte> bytes, AllocationBudget budget)
{
    private const int BytesOfText = 32;                 // what a text takes beside its characters

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _position;

    /// <summary>The place of the next byte.</summary>
    public int Position => _position;

    /// <summary>Whether all bytes are read.</summary>
    public bool IsAtEnd => _position == bytes.Length;

    /// <summary>Reads some bytes.</summary>
    /// <exception cref="InvalidDataException">There are not as many.</exception>
    public ReadOnlySpan<byte> Read(long count)
    {
        if (count > bytes.Length - _position)
        {
            throw new InvalidDataException($"Expected {count} bytes at {_position} of data.pkl, but it has {bytes.Length} bytes.");
        }

        _position += (int)count;
        return bytes.Span.Slice(_position - (int)count, (int)count);
    }

    /// <summary>Reads a byte.</summary>
    public byte Byte() => Read(1)[0];

    /// <summary>Reads an unsigned number of 16 bits.</summary>
    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Read(2));

    /// <summary>Reads a signed number of 32 bits.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Read(4));

    /// <summary>Reads an unsigned number of 32 bits.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    /// <summary>Reads a number with a fraction, of 64 bits, its highest byte first.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Read(8));

    /// <summary>Reads an integer that is preceded by its length, its lowest byte first, in two's complement.</summary>
    public long Integer()
    {
        int length = Byte();
        if (length > sizeof(long))
        {
            throw new InvalidDataException($"Expected integers of at most 8 bytes in data.pkl, but got one of {length}.");
        }

        ReadOnlySpan<byte> digits = Read(length);
        long value = length > 0 && digits[^1] >= 0x80 ? -1 : 0;
        for (int k = length - 1; k >= 0; k--)
        {
            value = (value << 8) | digits[k];
        }

        return value;
    }

    /// <summary>Reads a text that is preceded by its length.</summary>
    public string Text() => Decode(Read(UInt32()));

    /// <summary>Reads a text that ends with a line feed.</summary>
    public string Line()
    {
        int length = bytes.Span[_position..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new InvalidDataException($"Expected a line at {_position} of data.pkl, but it does not end.");
        }

        string line = Decode(Read(length));
        _position++;
        return line;
    }

    private string Decode(ReadOnlySpan<byte> text)
    {
        budget.Take(2L * text.Length + BytesOfText);
        try
        {
            return s_utf8.GetString(text);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Expected a text in UTF-8 before {_position} of data.pkl.", error);
        }
    }
}

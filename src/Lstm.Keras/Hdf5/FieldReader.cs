using System.Buffers.Binary;

namespace Lstm.Keras.Hdf5;

/// <summary>Reads the fields of a structure of an HDF5 file one after the other.</summary>
/// <param name="bytes">The bytes of the structure.</param>
/// <param name="structure">The name of the structure, for messages.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes, string structure)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The number of bytes that have not been read.</summary>
    public readonly int Left => _rest.Length;

    public byte U8() => Bytes(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    /// <summary>Reads a number of a length that another field gives.</summary>
    public ulong Number(int length)
    {
        ulong number = 0;
        ReadOnlySpan<byte> bytes = Bytes(length);
        for (int k = Math.Min(length, sizeof(ulong)) - 1; k >= 0; k--)
        {
            number = number << 8 | bytes[k];
        }

        return number;
    }

    public void Skip(int length) => Bytes(length);

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new InvalidDataException($"Expected {length} more bytes in a {structure} of the HDF5 file, but it has {_rest.Length}.");
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>Reads a signature, such as HEAP.</summary>
    public void Expect(ReadOnlySpan<byte> signature)
    {
        if (!Bytes(signature.Length).SequenceEqual(signature))
        {
            throw new InvalidDataException($"Expected the signature of a {structure} in the HDF5 file, but got other bytes.");
        }
    }
}

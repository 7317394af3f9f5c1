using System.Buffers.Binary;
using System.Numerics;

namespace Lstm.Keras.Hdf5;

/// <summary>A dataset: an array of numbers.</summary>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">The sizes of its dimensions, slowest first.</param>
/// <param name="Bytes">Its numbers; null where they are stored in chunks or in another file.</param>
internal sealed record Hdf5Dataset(ElementType Type, int[] Shape, ReadOnlyMemory<byte>? Bytes)
{
    /// <summary>Reads a dataset of its header.</summary>
    public static Hdf5Dataset Read(FileBytes file, IReadOnlyList<HeaderMessage> messages)
    {
        int[] shape = Dataspace.Read(Body(messages, HeaderMessage.Dataspace, "dataspace"));
        HeaderMessage datatype = messages.First(message => message.Type == HeaderMessage.Datatype);
        ElementType type = datatype.IsShared ? ElementType.Other : Datatype.Read(datatype.Body.Span);
        if (type == ElementType.Other)
        {
            return new(type, shape, null);
        }

        ReadOnlyMemory<byte>? bytes = ReadBytes(file, Body(messages, HeaderMessage.Layout, "layout"));
        Int128 expected = Dataspace.Count(shape) * Datatype.SizeOf(type);
        return bytes is not ReadOnlyMemory<byte> found || found.Length == expected
            ? new(type, shape, bytes)
            : throw new InvalidDataException(
                $"Expected {expected} bytes of a dataset [{string.Join(",", shape)}] in the HDF5 file, but got {found.Length}.");
    }

    /// <summary>Returns the numbers.</summary>
    /// <param name="path">The name of the dataset in messages.</param>
    /// <exception cref="InvalidDataException">The numbers are not of floating point, or lose digits as numbers of T.</exception>
    public T[] Values<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Type == ElementType.Other)
        {
            throw new InvalidDataException(
                $"Expected little-endian floating point numbers of 16, 32 or 64 bits in '{path}', but it has others.");
        }

        if (Type == ElementType.Double && typeof(T) == typeof(float))
        {
            throw new InvalidDataException(
                $"Expected numbers of at most 32 bits in '{path}', but it has 64: load it into a model of double, which loses nothing.");
        }

        ReadOnlySpan<byte> bytes = (Bytes
            ?? throw new InvalidDataException(
                $"Expected the numbers of '{path}' in one piece, as Keras writes them, but they are in chunks.")).Span;
        T[] values = new T[bytes.Length / Datatype.SizeOf(Type)];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Type switch
            {
                ElementType.Half => T.CreateTruncating(BinaryPrimitives.ReadHalfLittleEndian(bytes[(k * 2)..])),
                ElementType.Single => T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(bytes[(k * 4)..])),
                _ => T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(bytes[(k * 8)..])),
            };
        }

        return values;
    }

    private static ReadOnlyMemory<byte>? ReadBytes(FileBytes file, ReadOnlySpan<byte> message)
    {
        FieldReader fields = new(message, "layout");
        int version = fields.U8(), layout = fields.U8();
        if (version is not (3 or 4))
        {
            throw new InvalidDataException($"Expected a layout of version 3 or 4 in the HDF5 file, but got {version}.");
        }

        switch (layout)
        {
            case 0:
                return fields.Bytes(fields.U16()).ToArray();
            case 1:
                (ulong address, ulong size) = (fields.U64(), fields.U64());
                return size == 0 ? ReadOnlyMemory<byte>.Empty : file.Data(address, size);
            default:
                return null;
        }
    }

    private static ReadOnlySpan<byte> Body(IReadOnlyList<HeaderMessage> messages, int type, string name)
    {
        foreach (HeaderMessage message in messages)
        {
            if (message.Type == type && !message.IsShared)
            {
                return message.Body.Span;
            }
        }

        throw new InvalidDataException($"Expected a {name} of a dataset in the HDF5 file, but it has none.");
    }
}

namespace Lstm.Keras.Hdf5;

/// <summary>Reads the texts of any length that attributes refer to: the global heap of HDF5.</summary>
/// <param name="file">The file.</param>
internal sealed class TextHeap(FileBytes file)
{
    private readonly Dictionary<ulong, Dictionary<int, ReadOnlyMemory<byte>>> _collections = [];

    /// <summary>Returns the bytes of a text.</summary>
    /// <param name="address">The address of the collection that it is in.</param>
    /// <param name="index">Its number there.</param>
    /// <param name="length">Its length.</param>
    /// <exception cref="InvalidDataException">There is no such text.</exception>
    public ReadOnlySpan<byte> Read(ulong address, uint index, uint length)
    {
        if (!_collections.TryGetValue(address, out Dictionary<int, ReadOnlyMemory<byte>>? texts))
        {
            texts = ReadCollection(address);
            _collections.Add(address, texts);
        }

        if (index > ushort.MaxValue || !texts.TryGetValue((int)index, out ReadOnlyMemory<byte> text) || length > text.Length)
        {
            throw new InvalidDataException(
                $"Expected a text of {length} bytes with the number {index} in a heap of the HDF5 file, but it has no such.");
        }

        file.Charge(length);
        return text.Span[..(int)length];
    }

    private Dictionary<int, ReadOnlyMemory<byte>> ReadCollection(ulong address)
    {
        FieldReader prefix = new(file.Data(address, 16).Span, "heap of texts");
        prefix.Expect("GCOL"u8);
        prefix.Skip(4);
        ReadOnlyMemory<byte> collection = file.Structure(address, prefix.U64());
        Dictionary<int, ReadOnlyMemory<byte>> texts = [];
        for (int at = 16; at + 16 <= collection.Length;)
        {
            FieldReader fields = new(collection.Span[at..], "text");
            int index = fields.U16();
            fields.Skip(6);
            ulong size = fields.U64();
            if (index == 0)
            {
                break;
            }

            if (size > (ulong)fields.Left || !texts.TryAdd(index, collection.Slice(at + 16, (int)size)))
            {
                throw new InvalidDataException("Expected texts with numbers of their own in a heap of the HDF5 file, but got others.");
            }

            at += 16 + (((int)size + 7) & ~7);
        }

        return texts;
    }
}

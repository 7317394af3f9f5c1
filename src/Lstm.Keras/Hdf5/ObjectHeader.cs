namespace Lstm.Keras.Hdf5;

/// <summary>Reads object headers of version 1, which h5py writes by default, and of version 2.</summary>
internal static class ObjectHeader
{
    private const int MostBlocks = 1024;

    /// <summary>Returns the messages of the header at an address, those of its continuations included.</summary>
    public static List<HeaderMessage> Read(FileBytes file, ulong address)
    {
        ReadOnlySpan<byte> start = file.Data(address, 4).Span;
        return start.SequenceEqual("OHDR"u8) ? ReadSecond(file, address) : ReadFirst(file, address);
    }

    private static List<HeaderMessage> ReadFirst(FileBytes file, ulong address)
    {
        FieldReader prefix = new(file.Structure(address, 16).Span, "object header");
        int version = prefix.U8();
        if (version != 1)
        {
            throw new InvalidDataException($"Expected an object header of version 1 or 2 in the HDF5 file, but got {version}.");
        }

        prefix.Skip(7);
        List<HeaderMessage> messages = [];
        Queue<(ulong Address, ulong Length)> blocks = new([(address + 16, prefix.U32())]);
        for (int read = 0; blocks.TryDequeue(out (ulong Address, ulong Length) block); read++)
        {
            CheckCount(read);
            ReadOnlyMemory<byte> bytes = file.Structure(block.Address, block.Length);
            for (int at = 0; at + 8 <= bytes.Length;)
            {
                FieldReader fields = new(bytes.Span[at..], "message");
                (int type, int size, byte flags) = (fields.U16(), fields.U16(), fields.U8());
                Add(messages, blocks, type, flags, Body(bytes, at + 8, size));
                at += 8 + size;
            }
        }

        return messages;
    }

    private static List<HeaderMessage> ReadSecond(FileBytes file, ulong address)
    {
        FieldReader prefix = new(file.Structure(address, 6).Span, "object header");
        prefix.Expect("OHDR"u8);
        int version = prefix.U8(), flags = prefix.U8();
        if (version != 2)
        {
            throw new InvalidDataException($"Expected an object header of version 2 in the HDF5 file, but got {version}.");
        }

        ulong at = address + 6;
        at += ((flags & 0x20) != 0 ? 16UL : 0) + ((flags & 0x10) != 0 ? 4UL : 0);
        int sizeLength = 1 << (flags & 3);
        ulong size = new FieldReader(file.Structure(at, (ulong)sizeLength).Span, "object header").Number(sizeLength);
        List<HeaderMessage> messages = [];
        Queue<(ulong Address, ulong Length)> blocks = new();
        ReadSecondBlock(file.Structure(at + (ulong)sizeLength, size), flags, messages, blocks);
        for (int read = 1; blocks.TryDequeue(out (ulong Address, ulong Length) block); read++)
        {
            CheckCount(read);
            ReadOnlyMemory<byte> bytes = file.Structure(block.Address, block.Length);
            new FieldReader(bytes.Span, "continuation").Expect("OCHK"u8);
            if (bytes.Length < 8)
            {
                throw new InvalidDataException("Expected a continuation with a checksum in the HDF5 file, but it is too short.");
            }

            ReadSecondBlock(bytes[4..^4], flags, messages, blocks);
        }

        return messages;
    }

    private static void ReadSecondBlock(
        ReadOnlyMemory<byte> bytes, int headerFlags, List<HeaderMessage> messages, Queue<(ulong Address, ulong Length)> blocks)
    {
        int head = (headerFlags & 4) != 0 ? 6 : 4;
        for (int at = 0; at + head <= bytes.Length;)
        {
            FieldReader fields = new(bytes.Span[at..], "message");
            (int type, int size, byte flags) = (fields.U8(), fields.U16(), fields.U8());
            Add(messages, blocks, type, flags, Body(bytes, at + head, size));
            at += head + size;
        }
    }

    private static void Add(
        List<HeaderMessage> messages,
        Queue<(ulong Address, ulong Length)> blocks,
        int type,
        byte flags,
        ReadOnlyMemory<byte> body)
    {
        if (type == HeaderMessage.Continuation)
        {
            FieldReader fields = new(body.Span, "continuation");
            blocks.Enqueue((fields.U64(), fields.U64()));
        }
        else if (type != 0)
        {
            messages.Add(new(type, (flags & 2) != 0, body));
        }
    }

    private static ReadOnlyMemory<byte> Body(ReadOnlyMemory<byte> bytes, int start, int length) => length <= bytes.Length - start
        ? bytes.Slice(start, length)
        : throw new InvalidDataException("Expected messages within their object header in the HDF5 file, but one ends behind it.");

    private static void CheckCount(int blocks)
    {
        if (blocks > MostBlocks)
        {
            throw new InvalidDataException($"Expected an object header of at most {MostBlocks} blocks in the HDF5 file.");
        }
    }
}

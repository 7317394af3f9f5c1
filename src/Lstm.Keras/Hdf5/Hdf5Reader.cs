using System.Text;

namespace Lstm.Keras.Hdf5;

/// <summary>
/// Reads HDF5 files as h5py writes them for Keras: groups with symbol tables or links, and datasets in one piece. Superblocks of versions 0
/// to 3 are read, and links that lie in the headers of their groups or in a fractal heap.
/// </summary>
internal static class Hdf5Reader
{
    private const int MostLevels = 32;
    private const ulong None = ulong.MaxValue;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Returns the root group.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is of a kind that Keras does not write.</exception>
    public static Hdf5Group Read(ReadOnlyMemory<byte> bytes)
    {
        FileBytes file = new(bytes);
        if (bytes.Length < 16 || !bytes.Span.StartsWith(Signature))
        {
            throw new InvalidDataException("Expected an HDF5 file, but it does not begin as one.");
        }

        return ReadObject(file, new TextHeap(file), RootAddress(bytes.Span), level: 0) as Hdf5Group
            ?? throw new InvalidDataException("Expected a group as the root of the HDF5 file, but got a dataset.");
    }

    private static ulong RootAddress(ReadOnlySpan<byte> bytes)
    {
        FieldReader fields = new(bytes[8..Math.Min(bytes.Length, 128)], "superblock");
        int version = fields.U8();
        if (version > 3)
        {
            throw new InvalidDataException($"Expected a superblock of version 0 to 3 in the HDF5 file, but got {version}.");
        }

        fields.Skip(version <= 1 ? 4 : 0);
        int offsets = fields.U8(), lengths = fields.U8();
        if (offsets != 8 || lengths != 8)
        {
            throw new InvalidDataException($"Expected offsets and lengths of 8 bytes in the HDF5 file, but got {offsets} and {lengths}.");
        }

        fields.Skip(version switch { 0 => 9, 1 => 13, _ => 1 });
        ulong origin = fields.U64();
        if (origin != 0)
        {
            throw new InvalidDataException($"Expected an HDF5 file that begins at its first byte, but it begins at {origin}.");
        }

        // Version 0 and 1: free space, end, driver, and the name of the root; version 2 and 3: extension and end.
        fields.Skip(version <= 1 ? 32 : 16);
        return fields.U64();
    }

    private static object ReadObject(FileBytes file, TextHeap heap, ulong address, int level)
    {
        if (level > MostLevels)
        {
            throw new InvalidDataException($"Expected at most {MostLevels} levels of groups in the HDF5 file.");
        }

        List<HeaderMessage> messages = ObjectHeader.Read(file, address);
        if (messages.Exists(message => message.Type == HeaderMessage.Datatype))
        {
            return Hdf5Dataset.Read(file, messages);
        }

        Hdf5Group group = new(messages, heap);
        foreach ((string name, ulong target) in Links(file, messages))
        {
            switch (ReadObject(file, heap, target, level + 1))
            {
                case Hdf5Group inner when !group.Datasets.ContainsKey(name) && group.Groups.TryAdd(name, inner):
                case Hdf5Dataset dataset when !group.Groups.ContainsKey(name) && group.Datasets.TryAdd(name, dataset):
                    break;
                default:
                    throw new InvalidDataException($"Expected every name of a group of the HDF5 file once, but '{name}' comes twice.");
            }
        }

        return group;
    }

    private static List<(string Name, ulong Address)> Links(FileBytes file, List<HeaderMessage> messages)
    {
        List<(string Name, ulong Address)> links = [];
        foreach (HeaderMessage message in messages)
        {
            FieldReader fields = new(message.Body.Span, "group");
            switch (message.Type)
            {
                case HeaderMessage.SymbolTable:
                    (ulong tree, ulong heap) = (fields.U64(), fields.U64());
                    AddSymbols(file, tree, NameHeap(file, heap), links, level: null);
                    break;
                case HeaderMessage.Link:
                    links.Add(LinkMessage.Read(message.Body.Span));
                    break;
                case HeaderMessage.LinkInfo:
                    fields.Skip(1);
                    fields.Skip((fields.U8() & 1) != 0 ? 8 : 0);
                    (ulong links2, ulong names) = (fields.U64(), fields.U64());
                    if (links2 != None)
                    {
                        FractalHeap.AddLinks(file, links2, names, links);
                    }

                    break;
                default:
                    break;
            }
        }

        return links;
    }

    private static ReadOnlyMemory<byte> NameHeap(FileBytes file, ulong address)
    {
        FieldReader fields = new(file.Structure(address, 32).Span, "heap of names");
        fields.Expect("HEAP"u8);
        fields.Skip(4);
        ulong size = fields.U64();
        fields.Skip(8);
        return file.Structure(fields.U64(), size);
    }

    private static void AddSymbols(
        FileBytes file, ulong address, ReadOnlyMemory<byte> names, List<(string Name, ulong Address)> links, int? level)
    {
        FieldReader node = new(file.Structure(address, 24).Span, "tree");
        node.Expect("TREE"u8);
        (int type, int found, int children) = (node.U8(), node.U8(), node.U16());
        if (type != 0 || found > MostLevels || (level != null && found != level))
        {
            throw new InvalidDataException("Expected a tree of groups in the HDF5 file, but got another one.");
        }

        FieldReader entries = new(file.Structure(address + 24, (ulong)children * 16).Span, "tree");
        for (int k = 0; k < children; k++)
        {
            entries.Skip(8);
            ulong child = entries.U64();
            if (found > 0)
            {
                AddSymbols(file, child, names, links, found - 1);
            }
            else
            {
                AddNodeSymbols(file, child, names.Span, links);
            }
        }
    }

    private static void AddNodeSymbols(
        FileBytes file, ulong address, ReadOnlySpan<byte> names, List<(string Name, ulong Address)> links)
    {
        FieldReader node = new(file.Structure(address, 8).Span, "symbol table");
        node.Expect("SNOD"u8);
        node.Skip(2);
        int count = node.U16();
        FieldReader entries = new(file.Structure(address + 8, (ulong)count * 40).Span, "symbol table");
        for (int k = 0; k < count; k++)
        {
            (ulong name, ulong target, uint cache) = (entries.U64(), entries.U64(), entries.U32());
            entries.Skip(20);
            ReadOnlySpan<byte> start = name < (ulong)names.Length ? names[(int)name..] : [];
            int end = start.IndexOf((byte)0);
            if (end <= 0 || cache == 2)
            {
                throw new InvalidDataException("Expected names of groups and datasets in the HDF5 file, but got a link or no name.");
            }

            links.Add((Encoding.UTF8.GetString(start[..CheckLength(end)]), target));
        }
    }

    /// <summary>Keeps names short, as many may share their bytes.</summary>
    private static int CheckLength(int length) => length <= LinkMessage.LongestName
        ? length
        : throw new InvalidDataException($"Expected names of at most {LinkMessage.LongestName} bytes in the HDF5 file, but got {length}.");
}

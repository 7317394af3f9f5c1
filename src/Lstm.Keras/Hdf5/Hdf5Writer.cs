using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Keras.Hdf5;

/// <summary>
/// Writes an HDF5 file as h5py does by default: a superblock of version 0, headers of version 1, groups with symbol tables, and datasets
/// in one piece. Every HDF5 library reads such files.
/// </summary>
internal sealed class Hdf5Writer
{
    private const ulong None = ulong.MaxValue;
    private const int InnerNodes = 16;                  // K of the trees of groups: room for 2K children
    private const int Entry = 40;                       // bytes of an entry of a symbol table

    private readonly List<byte> _file = [.. new byte[96]];
    private readonly Node _root = new();

    /// <summary>Adds a group, and those that it lies in.</summary>
    public void AddGroup(string path) => Find(path);

    /// <summary>Adds a dataset.</summary>
    /// <param name="path">The path, such as <c>layers/dense/vars/0</c>.</param>
    /// <param name="shape">The sizes of the dimensions, slowest first.</param>
    /// <param name="values">The numbers, row-major.</param>
    public void AddDataset<T>(string path, int[] shape, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int end = path.LastIndexOf('/');
        ElementType type = typeof(T) == typeof(double) ? ElementType.Double : ElementType.Single;
        byte[] bytes = new byte[values.Length * Datatype.SizeOf(type)];
        for (int k = 0; k < values.Length; k++)
        {
            if (type == ElementType.Double)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(k * 8), double.CreateTruncating(values[k]));
            }
            else
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(k * 4), float.CreateTruncating(values[k]));
            }
        }

        Find(path[..end]).Children.Add(path[(end + 1)..], new Node { Dataset = new(type, shape, bytes) });
    }

    /// <summary>Returns the file.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        int leafNodes = Math.Max(4, (_root.LargestGroup() + 1) / 2);
        ulong root = WriteObject(_root, leafNodes, out ulong tree, out ulong heap);
        byte[] superblock = Fields(
            [
                0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A,
                0, 0, 0, 0, 0, 8, 8, 0, (byte)leafNodes, (byte)(leafNodes >> 8), InnerNodes, 0, 0, 0, 0, 0,
            ],
            0,
            None,
            (ulong)_file.Count,
            None,
            0,
            root,
            1,
            tree,
            heap);
        Span<byte> bytes = CollectionsMarshal.AsSpan(_file);
        superblock.CopyTo(bytes);
        return bytes;
    }

    private Node Find(string path)
    {
        Node node = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!node.Children.TryGetValue(name, out Node? child))
            {
                child = new Node();
                node.Children.Add(name, child);
            }

            node = child;
        }

        return node;
    }

    private ulong WriteObject(Node node, int leafNodes, out ulong tree, out ulong heap)
    {
        (tree, heap) = (0, 0);
        return node.Dataset is Hdf5Dataset dataset ? WriteDataset(dataset) : WriteGroup(node, leafNodes, out tree, out heap);
    }

    private ulong WriteDataset(Hdf5Dataset dataset)
    {
        ReadOnlySpan<byte> bytes = dataset.Bytes!.Value.Span;
        ulong data = Append(bytes);
        ulong[] sizes = [.. dataset.Shape.Select(size => (ulong)size)];
        return WriteHeader(
            (HeaderMessage.Dataspace, Fields([1, (byte)sizes.Length, 0, 0, 0, 0, 0, 0], sizes)),
            (HeaderMessage.Datatype, Datatype.Of(dataset.Type).ToArray()),
            (HeaderMessage.FillValue, [2, 2, 2, 1, 0, 0, 0, 0]),
            (HeaderMessage.Layout, [3, 1, .. Fields([], data, (ulong)bytes.Length)]));
    }

    private ulong WriteGroup(Node node, int leafNodes, out ulong tree, out ulong heap)
    {
        List<byte> names = [0, 0, 0, 0, 0, 0, 0, 0];
        List<byte> entries = [.. "SNOD"u8, 1, 0, (byte)node.Children.Count, (byte)(node.Children.Count >> 8)];
        ulong lastName = 0;
        foreach ((string name, Node child) in node.Children)
        {
            ulong header = WriteObject(child, leafNodes, out ulong childTree, out ulong childHeap);
            lastName = (ulong)names.Count;
            names.AddRange(Encoding.UTF8.GetBytes(name));
            names.AddRange(new byte[8 - names.Count % 8]);
            entries.AddRange(Fields([], lastName, header, childTree == 0 ? 0UL : 1, childTree, childHeap));
        }

        entries.AddRange(new byte[8 + 2 * leafNodes * Entry - entries.Count]);
        ulong symbols = Append(CollectionsMarshal.AsSpan(entries));
        ulong segment = Append(CollectionsMarshal.AsSpan(names));
        heap = Append(Fields([.. "HEAP"u8, 0, 0, 0, 0], (ulong)names.Count, 1, segment));
        byte[] root = new byte[24 + (4 * InnerNodes + 1) * 8];
        byte children = (byte)(node.Children.Count == 0 ? 0 : 1);
        Fields([.. "TREE"u8, 0, 0, children, 0], None, None, 0, children == 0 ? 0 : symbols, lastName).CopyTo(root, 0);
        tree = Append(root);
        return WriteHeader((HeaderMessage.SymbolTable, Fields([], tree, heap)));
    }

    private ulong WriteHeader(params ReadOnlySpan<(int Type, byte[] Body)> messages)
    {
        List<byte> bytes = [];
        foreach ((int type, byte[] body) in messages)
        {
            int size = (body.Length + 7) & ~7;
            bytes.AddRange([(byte)type, 0, (byte)size, (byte)(size >> 8), 0, 0, 0, 0]);
            bytes.AddRange(body);
            bytes.AddRange(new byte[size - body.Length]);
        }

        byte[] prefix = Fields([1, 0, (byte)messages.Length, 0, 1, 0, 0, 0], (ulong)bytes.Count);
        return Append([.. prefix, .. bytes]);
    }

    /// <summary>Appends a structure at a multiple of 8, and returns its address.</summary>
    private ulong Append(ReadOnlySpan<byte> bytes)
    {
        _file.AddRange(new byte[-_file.Count & 7]);
        ulong address = (ulong)_file.Count;
        _file.AddRange(bytes);
        return address;
    }

    private static byte[] Fields(ReadOnlySpan<byte> start, params ReadOnlySpan<ulong> numbers)
    {
        byte[] bytes = new byte[start.Length + numbers.Length * 8];
        start.CopyTo(bytes);
        for (int k = 0; k < numbers.Length; k++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(start.Length + k * 8), numbers[k]);
        }

        return bytes;
    }

    /// <summary>A dataset, or a group with what is in it, in the order of the bytes of the names, as the library looks them up.</summary>
    private sealed class Node
    {
        public SortedDictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public Hdf5Dataset? Dataset { get; init; }

        public int LargestGroup() => Children.Values.Select(child => child.LargestGroup()).Append(Children.Count).Max();
    }
}

using System.Text;

namespace Lstm.Keras.Hdf5;

/// <summary>A group: named groups and datasets.</summary>
/// <param name="messages">The messages of its header.</param>
/// <param name="heap">The texts that its attributes refer to.</param>
internal sealed class Hdf5Group(IReadOnlyList<HeaderMessage> messages, TextHeap heap)
{
    private const int TextClass = 3;                // texts of a fixed length
    private const int VariableClass = 9;            // texts, or other sequences, of any length
    private const int ReferenceSize = 16;           // of a text of any length: its length, the address of the collection, its number

    public SortedDictionary<string, Hdf5Group> Groups { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Hdf5Dataset> Datasets { get; } = new(StringComparer.Ordinal);

    /// <summary>Returns the group of a path, such as <c>layers/lstm</c>; null if there is none.</summary>
    public Hdf5Group? FindGroup(string path)
    {
        Hdf5Group? group = this;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            group = group?.Groups.GetValueOrDefault(name);
        }

        return group;
    }

    /// <summary>Returns the dataset of a path; null if there is none.</summary>
    public Hdf5Dataset? FindDataset(string path)
    {
        int end = path.LastIndexOf('/');
        return FindGroup(end < 0 ? "" : path[..end])?.Datasets.GetValueOrDefault(path[(end + 1)..]);
    }

    /// <summary>Returns the paths of all datasets in this group and in those within it.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        foreach (string name in Datasets.Keys)
        {
            yield return prefix + name;
        }

        foreach ((string name, Hdf5Group group) in Groups)
        {
            foreach (string path in group.Paths($"{prefix}{name}/"))
            {
                yield return path;
            }
        }
    }

    /// <summary>
    /// Returns the texts of an attribute such as <c>layer_names</c>, or of <c>layer_names0</c>, <c>layer_names1</c>, ... where Keras has
    /// divided a long one; null if there is none.
    /// </summary>
    public List<string>? Texts(string name)
    {
        Dictionary<string, List<string>> texts = new(StringComparer.Ordinal);
        foreach (HeaderMessage message in messages)
        {
            if (message.Type == HeaderMessage.Attribute && !message.IsShared
                && ReadName(message.Body.Span).StartsWith(name, StringComparison.Ordinal))
            {
                (string found, List<string> values) = ReadTexts(message.Body.Span);
                texts[found] = values;
            }
        }

        if (texts.TryGetValue(name, out List<string>? whole) || !texts.TryGetValue(name + "0", out whole))
        {
            return whole;
        }

        List<string> all = [];
        for (int part = 0; texts.TryGetValue($"{name}{part}", out List<string>? values); part++)
        {
            all.AddRange(values);
        }

        return all;
    }

    private static string ReadName(ReadOnlySpan<byte> attribute)
    {
        FieldReader fields = new(attribute, "attribute");
        int version = fields.U8();
        fields.Skip(1);
        int length = fields.U16();
        fields.Skip(version == 3 ? 5 : 4);
        return Text(fields.Bytes(length));
    }

    private (string Name, List<string> Values) ReadTexts(ReadOnlySpan<byte> attribute)
    {
        FieldReader fields = new(attribute, "attribute");
        int version = fields.U8();
        fields.Skip(1);
        (int nameLength, int typeLength, int spaceLength) = (fields.U16(), fields.U16(), fields.U16());
        fields.Skip(version == 3 ? 1 : 0);
        string name = Text(Part(ref fields, nameLength, version));
        FieldReader type = new(Part(ref fields, typeLength, version), "datatype");
        int typeClass = type.U8() & 0xF;
        type.Skip(3);
        uint size = type.U32();
        int[] shape = Dataspace.Read(Part(ref fields, spaceLength, version));
        Int128 count = Dataspace.Count(shape);
        List<string> values = [];
        if (count == 0)
        {
            return (name, values);
        }

        bool isVariable = typeClass == VariableClass && size == ReferenceSize;
        if (!(isVariable || (typeClass == TextClass && size > 0)) || count * size > fields.Left)
        {
            throw new InvalidDataException($"Expected texts in the attribute '{name}' of the HDF5 file, but it has others.");
        }

        for (int k = 0; k < (int)count; k++)
        {
            FieldReader element = new(fields.Bytes((int)size), "text");
            values.Add(Text(isVariable ? ReadVariable(ref element) : element.Bytes((int)size)));
        }

        return (name, values);
    }

    private ReadOnlySpan<byte> ReadVariable(ref FieldReader element)
    {
        (uint length, ulong address, uint index) = (element.U32(), element.U64(), element.U32());
        return heap.Read(address, index, length);
    }

    /// <summary>Reads a part of an attribute; in version 1 its length is filled up to a multiple of 8.</summary>
    private static ReadOnlySpan<byte> Part(ref FieldReader fields, int length, int version)
    {
        ReadOnlySpan<byte> part = fields.Bytes(length);
        fields.Skip(version == 1 ? Math.Min(-length & 7, fields.Left) : 0);
        return part;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}

using System.Text;

namespace Lstm.Keras.Hdf5;

/// <summary>Reads a link of a group: a name and the address of what has it.</summary>
internal static class LinkMessage
{
    /// <summary>The largest length of a name.</summary>
    public const int LongestName = 256;

    public static (string Name, ulong Address) Read(ReadOnlySpan<byte> message)
    {
        FieldReader fields = new(message, "link");
        int version = fields.U8(), flags = fields.U8();
        int type = (flags & 0x08) != 0 ? fields.U8() : 0;
        fields.Skip((flags & 0x04) != 0 ? 8 : 0);
        fields.Skip((flags & 0x10) != 0 ? 1 : 0);
        ulong length = fields.Number(1 << (flags & 3));
        if (version != 1 || type != 0 || length is 0 or > LongestName)
        {
            throw new InvalidDataException(
                $"Expected hard links of version 1 with names of 1 to {LongestName} bytes in the HDF5 file, but got version {version}, "
                    + $"type {type} and {length} bytes.");
        }

        string name = Encoding.UTF8.GetString(fields.Bytes((int)length));
        return (name, fields.U64());
    }
}

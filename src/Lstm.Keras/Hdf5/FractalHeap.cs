namespace Lstm.Keras.Hdf5;

/// <summary>Reads the links of a group of many, which newer HDF5 files keep in a fractal heap with an index.</summary>
internal static class FractalHeap
{
    private const int MostRows = 32;
    private const int NameRecord = 11;          // a hash of 4 bytes and an identifier of 7

    /// <summary>Adds the links of a heap.</summary>
    /// <param name="file">The file.</param>
    /// <param name="heap">The address of the heap.</param>
    /// <param name="index">The address of the index by names, which says where in the heap each link is.</param>
    /// <param name="links">The list to add to.</param>
    public static void AddLinks(FileBytes file, ulong heap, ulong index, List<(string Name, ulong Address)> links)
    {
        Header header = Header.Read(file, heap);
        foreach ((ulong offset, ulong length) in Places(file, index, header))
        {
            ReadOnlyMemory<byte> link = file.Structure(header.AddressOf(file, offset), length);
            links.Add(LinkMessage.Read(link.Span));
        }
    }

    private static List<(ulong Offset, ulong Length)> Places(FileBytes file, ulong index, Header header)
    {
        FieldReader tree = new(file.Structure(index, 38).Span, "index of links");
        tree.Expect("BTHD"u8);
        tree.Skip(2);
        tree.Skip(4);
        int size = tree.U16(), depth = tree.U16();
        tree.Skip(2);
        (ulong root, int count) = (tree.U64(), tree.U16());
        if (size != NameRecord || depth != 0)
        {
            throw new InvalidDataException(
                "Expected a group of at most some 40 members in an HDF5 file of this version, but it has more; h5py writes any number with "
                    + "libver='earliest'.");
        }

        List<(ulong Offset, ulong Length)> places = [];
        if (count == 0)
        {
            return places;
        }

        FieldReader leaf = new(file.Structure(root, 6 + (ulong)count * NameRecord).Span, "index of links");
        leaf.Expect("BTLF"u8);
        leaf.Skip(2);
        for (int k = 0; k < count; k++)
        {
            leaf.Skip(4);
            FieldReader identifier = new(leaf.Bytes(7), "identifier");
            if ((identifier.U8() & 0xF0) != 0)
            {
                throw new InvalidDataException("Expected links that lie in the heap of their group in the HDF5 file.");
            }

            int offsetLength = (header.OffsetBits + 7) / 8;
            places.Add((identifier.Number(offsetLength), identifier.Number(identifier.Left)));
        }

        return places;
    }

    /// <summary>What the header of a heap says.</summary>
    private readonly record struct Header(int OffsetBits, int Width, ulong FirstSize, ulong LargestSize, ulong Root, int Rows)
    {
        public static Header Read(FileBytes file, ulong address)
        {
            FieldReader fields = new(file.Structure(address, 142).Span, "fractal heap");
            fields.Expect("FRHP"u8);
            fields.Skip(1);
            int identifier = fields.U16(), filters = fields.U16();
            fields.Skip(1 + 4 + 12 * 8);
            int width = fields.U16();
            (ulong first, ulong largest) = (fields.U64(), fields.U64());
            int bits = fields.U16();
            fields.Skip(2);
            (ulong root, int rows) = (fields.U64(), fields.U16());
            bool isKnown = identifier == 7 && filters == 0 && width is > 0 and <= 64 && bits is > 0 and <= 40;
            return isKnown && rows <= MostRows && first <= largest
                ? new(bits, width, first, largest, root, rows)
                : throw new InvalidDataException("Expected a heap of links as HDF5 makes it by default, but got another one.");
        }

        /// <summary>The address in the file of an offset in the heap.</summary>
        public ulong AddressOf(FileBytes file, ulong offset)
        {
            if (Rows == 0)
            {
                return Root + offset;
            }

            // An indirect block: rows of blocks; the first two rows have the first size, each other one twice that of the row before.
            ulong start = 0, size = FirstSize;
            ulong child = Root + 13 + (ulong)((OffsetBits + 7) / 8);
            for (int row = 0; row < Rows && size <= LargestSize; row++)
            {
                size = row < 2 ? FirstSize : size * 2;
                for (int column = 0; column < Width; column++, start += size, child += 8)
                {
                    if (offset - start < size)
                    {
                        return new FieldReader(file.Structure(child, 8).Span, "fractal heap").U64() + (offset - start);
                    }
                }
            }

            throw new InvalidDataException("Expected links within the heap of their group in the HDF5 file, but one lies outside.");
        }
    }
}

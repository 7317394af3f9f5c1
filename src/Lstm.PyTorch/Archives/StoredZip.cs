using System.Buffers.Binary;
using System.Text;

namespace Lstm.PyTorch.Archives;

/// <summary>
/// Reads ZIP archives whose entries are all stored, as torch.save writes them, with the sizes of ZIP64 or without. Nothing is inflated.
/// </summary>
/// <remarks>PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 6.3, sections 4.3.7 to 4.3.16 and 4.5.3.</remarks>
internal sealed class StoredZip
{
    /// <summary>A multiple of the sizes of all numbers.</summary>
    private const int ChunkLength = 1 << 16;

    private const uint LocalSignature = 0x04034B50, CentralSignature = 0x02014B50, EndSignature = 0x06054B50;
    private const uint Zip64EndSignature = 0x06064B50, Zip64LocatorSignature = 0x07064B50;
    private const int LocalLength = 30, CentralLength = 46, EndLength = 22, Zip64EndLength = 56, Zip64LocatorLength = 20;
    private const int LongestComment = ushort.MaxValue;
    private const int BytesPerEntry = 250;              // of a dictionary: the entry, and the space that growing takes
    private const long LongestWhole = 1 << 30;          // of the directory, and of an entry that is read as a whole
    private const ushort Zip64Field = 1, Encrypted = 1;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileStream _file;
    private readonly Dictionary<string, StoredEntry> _entries = new(StringComparer.Ordinal);
    private readonly long _directoryStart;
    private string? _packed;                            // an entry that is not stored, and what it is

    /// <summary>Reads the directory of an archive.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public StoredZip(FileStream file, AllocationBudget budget)
    {
        _file = file;
        (_directoryStart, long length, long count) = FindDirectory(budget);
        ReadDirectory(length, count, budget);
    }

    /// <summary>The names of all entries.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Refuses an archive with an entry that is not stored.</summary>
    /// <exception cref="InvalidDataException">An entry is compressed or encrypted.</exception>
    public void CheckStored()
    {
        if (_packed != null)
        {
            throw new InvalidDataException($"Expected all entries to be stored, as torch.save stores them, but {_packed}.");
        }
    }

    /// <summary>Whether there is an entry.</summary>
    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Returns an entry.</summary>
    /// <exception cref="InvalidDataException">There is none of that name.</exception>
    public StoredEntry Entry(string name) => _entries.TryGetValue(name, out StoredEntry? entry)
        ? entry
        : throw new InvalidDataException($"Expected an entry '{name}' in the archive, but there is none.");

    /// <summary>Reads an entry as a whole.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or longer than the budget.</exception>
    public byte[] ReadAll(StoredEntry entry, AllocationBudget budget)
    {
        if (entry.Length > LongestWhole)
        {
            throw new InvalidDataException(
                $"Expected entry '{entry.Name}' to have at most {LongestWhole} bytes, but it has {entry.Length}.");
        }

        byte[] bytes = Take((int)entry.Length, budget);
        int position = 0;
        Read(entry, budget, chunk =>
        {
            chunk.CopyTo(bytes.AsSpan(position));
            position += chunk.Length;
        });
        return bytes;
    }

    /// <summary>Reads an entry piece by piece, and verifies its checksum.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Read(StoredEntry entry, AllocationBudget budget, ChunkAction action)
    {
        long start = DataStart(entry, budget);
        byte[] buffer = Take((int)Math.Min(ChunkLength, entry.Length), budget);
        uint checksum = 0;
        for (long done = 0; done < entry.Length; done += buffer.Length)
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.Length - done));
            ReadAt(start + done, chunk);
            checksum = Crc32.Add(checksum, chunk);
            action(chunk);
        }

        if (checksum != entry.Checksum)
        {
            throw new InvalidDataException(
                $"Expected entry '{entry.Name}' to have the checksum {entry.Checksum:x8}, but it has {checksum:x8}: the file is damaged.");
        }
    }

    private (long Start, long Length, long Count) FindDirectory(AllocationBudget budget)
    {
        int tailLength = (int)Math.Min(_file.Length, EndLength + LongestComment);
        byte[] tail = Take(tailLength, budget);
        ReadAt(_file.Length - tailLength, tail);
        int at = tailLength - EndLength;
        while (at >= 0 && !(Signature(tail, at) == EndSignature && U16(tail, at + 20) == tailLength - at - EndLength))
        {
            at--;
        }

        if (at < 0)
        {
            throw new InvalidDataException("Expected a ZIP archive with a directory at its end, but there is none: the file is cut off.");
        }

        long end = _file.Length - tailLength + at;
        (long start, long length, long count) = (U32(tail, at + 16), U32(tail, at + 12), U16(tail, at + 10));
        if (at >= Zip64LocatorLength && Signature(tail, at - Zip64LocatorLength) == Zip64LocatorSignature)
        {
            end = U63(tail, at - Zip64LocatorLength + 8);
            byte[] record = Take(Zip64EndLength, budget);
            ReadAt(end, record);
            if (Signature(record, 0) != Zip64EndSignature)
            {
                throw Damaged($"a ZIP64 record at {end}");
            }

            (start, length, count) = (U63(record, 48), U63(record, 40), U63(record, 32));
        }

        return start <= end && length <= end - start && length <= LongestWhole
            ? (start, length, count)
            : throw Damaged($"a directory of {length} bytes at {start} before its end at {end}");
    }

    private void ReadDirectory(long length, long count, AllocationBudget budget)
    {
        byte[] directory = Take((int)length, budget);
        ReadAt(_directoryStart, directory);
        int at = 0;
        for (long k = 0; k < count; k++)
        {
            budget.Take(BytesPerEntry);
            if (at + CentralLength > length || Signature(directory, at) != CentralSignature)
            {
                throw Damaged($"entry {k} of {count} in the directory");
            }

            int nameLength = U16(directory, at + 28), extraLength = U16(directory, at + 30), commentLength = U16(directory, at + 32);
            int extra = at + CentralLength + nameLength;
            int next = extra + extraLength + commentLength;
            if (next > length)
            {
                throw Damaged($"entry {k} of {count} to end within the directory");
            }

            string name = Text(directory.AsSpan(at + CentralLength, nameLength), budget);
            Add(name, directory.AsSpan(at, CentralLength), directory.AsSpan(extra, extraLength));
            at = next;
        }

        if (at != length)
        {
            throw Damaged($"{count} entries in a directory of {length} bytes");
        }
    }

    private void Add(string name, ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        int flags = U16(header, 8), method = U16(header, 10);
        long packed = U32(header, 20), length = U32(header, 24), start = U32(header, 42);
        if ((flags & Encrypted) != 0 || method != 0)
        {
            _packed ??= $"'{name}' is {(method != 0 ? $"compressed by method {method}" : "encrypted")}";
            length = packed;
        }

        ReadOnlySpan<byte> wide = WideSizes(extra);
        length = Widen(length, ref wide, name);
        packed = Widen(packed, ref wide, name);
        start = Widen(start, ref wide, name);
        if (packed != length)
        {
            throw new InvalidDataException($"Expected entry '{name}' to be stored in its {length} bytes, but it takes {packed}.");
        }

        if (start > _directoryStart - LocalLength || length > _directoryStart - LocalLength - start)
        {
            throw Damaged($"entry '{name}' of {length} bytes at {start} to end before the directory at {_directoryStart}");
        }

        if (!_entries.TryAdd(name, new StoredEntry(name, start, length, (uint)U32(header, 16))))
        {
            throw new InvalidDataException($"Expected every entry once, but '{name}' comes twice.");
        }
    }

    private long DataStart(StoredEntry entry, AllocationBudget budget)
    {
        byte[] header = Take(LocalLength, budget);
        ReadAt(entry.HeaderStart, header);
        byte[] name = Take(U16(header, 26), budget);
        long start = entry.HeaderStart + LocalLength + name.Length + U16(header, 28);
        if (start > _directoryStart || entry.Length > _directoryStart - start)
        {
            throw Damaged($"entry '{entry.Name}' of {entry.Length} bytes at {start} to end before the directory at {_directoryStart}");
        }

        ReadAt(entry.HeaderStart + LocalLength, name);
        if (Signature(header, 0) != LocalSignature || U16(header, 8) != 0 || Text(name, budget) != entry.Name)
        {
            throw Damaged($"the header of the stored entry '{entry.Name}' at {entry.HeaderStart}");
        }

        return start;
    }

    /// <summary>Returns the field of sizes that do not fit into 32 bits; empty if there is none.</summary>
    private static ReadOnlySpan<byte> WideSizes(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = U16(extra, 2);
            if (length > extra.Length - 4)
            {
                throw Damaged("an extra field that ends within its entry");
            }

            if (U16(extra, 0) == Zip64Field)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static long Widen(long value, ref ReadOnlySpan<byte> wide, string name)
    {
        if (value != uint.MaxValue)
        {
            return value;
        }

        if (wide.Length < 8)
        {
            throw Damaged($"the size or place of entry '{name}' in its ZIP64 field");
        }

        value = U63(wide, 0);
        wide = wide[8..];
        return value;
    }

    private void ReadAt(long position, Span<byte> bytes)
    {
        if (position > _file.Length - bytes.Length)
        {
            throw new InvalidDataException($"Expected {bytes.Length} bytes at {position}, but the file has {_file.Length} bytes.");
        }

        _file.Position = position;
        if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException($"Expected {bytes.Length} bytes at {position}, but the file has become shorter.");
        }
    }

    private static byte[] Take(int length, AllocationBudget budget)
    {
        budget.Take(length);
        return new byte[length];
    }

    private static string Text(ReadOnlySpan<byte> bytes, AllocationBudget budget)
    {
        budget.Take(2 * bytes.Length);
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException("Expected names of entries in UTF-8, but one is not.", error);
        }
    }

    private static InvalidDataException Damaged(string expected) => new($"Expected {expected}: the archive is damaged.");

    private static uint Signature(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static long U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long U63(ReadOnlySpan<byte> bytes, int at)
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
        return value >= 0 ? value : throw Damaged("a size or place below 2^63");
    }
}

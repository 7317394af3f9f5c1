using System.Buffers.Binary;
using System.Text;

namespace Lstm.PyTorch.Tests;

/// <summary>
/// Writes ZIP archives as torch.save does, with stored entries and right checksums, and reads the entries of such archives.
/// </summary>
internal static class Archive
{
    private const int LocalLength = 30, CentralLength = 46, EndLength = 22;

    /// <summary>An archive with this pickle and these storages, of which the first is <c>data/0</c>.</summary>
    public static byte[] Of(byte[] pickle, params byte[][] storages) => Write(
    [
        new("archive/data.pkl", pickle), .. storages.Select((bytes, k) => new ArchiveEntry($"archive/data/{k}", bytes)),
        new("archive/version", "3\n"u8.ToArray()),
    ]);

    public static byte[] Write(IReadOnlyList<ArchiveEntry> entries)
    {
        MemoryStream file = new(), directory = new();
        foreach (ArchiveEntry entry in entries)
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Name), central = new byte[CentralLength];
            BinaryPrimitives.WriteUInt32LittleEndian(central, 0x02014B50);
            BinaryPrimitives.WriteUInt32LittleEndian(central.AsSpan(16), Checksum(entry.Bytes));
            BinaryPrimitives.WriteInt32LittleEndian(central.AsSpan(20), entry.Bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(central.AsSpan(24), entry.Bytes.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(central.AsSpan(28), (ushort)name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(central.AsSpan(42), (uint)file.Position);
            directory.Write(central);
            directory.Write(name);

            byte[] local = new byte[LocalLength];
            BinaryPrimitives.WriteUInt32LittleEndian(local, 0x04034B50);
            central.AsSpan(16, 12).CopyTo(local.AsSpan(14));
            BinaryPrimitives.WriteUInt16LittleEndian(local.AsSpan(26), (ushort)name.Length);
            file.Write(local);
            file.Write(name);
            file.Write(entry.Bytes);
        }

        byte[] end = new byte[EndLength];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)file.Position);
        directory.WriteTo(file);
        file.Write(end);
        return file.ToArray();
    }

    /// <summary>The entries of a file of torch.save.</summary>
    public static List<ArchiveEntry> Entries(string path)
    {
        using System.IO.Compression.ZipArchive archive = System.IO.Compression.ZipFile.OpenRead(path);
        List<ArchiveEntry> entries = [];
        foreach (System.IO.Compression.ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            MemoryStream bytes = new();
            stream.CopyTo(bytes);
            entries.Add(new(entry.FullName, bytes.ToArray()));
        }

        return entries;
    }

    /// <summary>CRC-32, bit by bit.</summary>
    private static uint Checksum(byte[] bytes)
    {
        uint rest = uint.MaxValue;
        foreach (byte value in bytes)
        {
            rest ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                rest = (rest & 1) != 0 ? (rest >> 1) ^ 0xEDB88320 : rest >> 1;
            }
        }

        return ~rest;
    }
}

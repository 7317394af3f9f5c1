using System.IO.Compression;

namespace Lstm.Keras;

/// <summary>A file of Keras: its weights, and the description of the model where it has one.</summary>
/// <param name="Weights">The HDF5 file with the weights.</param>
/// <param name="Config">The description of the model (JSON); null for a file of weights alone.</param>
internal sealed record KerasFile(ReadOnlyMemory<byte> Weights, ReadOnlyMemory<byte>? Config)
{
    // What the parts of an archive may take when they are unpacked; Keras does not compress them.
    private const int WeightsRatio = 2;
    private const int ConfigDivisor = 4;
    private const int Allowance = 1 << 18;

    /// <summary>Reads a file of weights, or an archive (.keras).</summary>
    /// <exception cref="InvalidDataException">The file is damaged or too large.</exception>
    public static KerasFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = ReadAll(path);
        return bytes.AsSpan().StartsWith("PK"u8) ? ReadArchive(bytes) : new(bytes, null);
    }

    private static byte[] ReadAll(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read);
        if (!stream.CanSeek)
        {
            throw new IOException($"Cannot read '{path}': expected a regular file, but it is a pipe or a device.");
        }

        if (stream.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"Expected a file of at most {Array.MaxLength} bytes, but '{path}' has {stream.Length}.");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static KerasFile ReadArchive(byte[] bytes)
    {
        try
        {
            using ZipArchive archive = new(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            byte[] config = ReadEntry(archive, "config.json", bytes.Length / ConfigDivisor + Allowance);
            return new(ReadEntry(archive, "model.weights.h5", (long)bytes.Length * WeightsRatio + Allowance), config);
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"The archive cannot be read: {error.Message}", error);
        }
    }

    private static byte[] ReadEntry(ZipArchive archive, string name, long limit)
    {
        ZipArchiveEntry entry = archive.GetEntry(name)
            ?? throw new InvalidDataException($"Expected '{name}' in the archive, as Keras 3 writes it, but it has no such.");
        if (entry.Length < 0 || entry.Length > Math.Min(limit, Array.MaxLength))
        {
            throw new InvalidDataException($"Expected at most {limit} bytes in '{name}' of the archive, but it has {entry.Length}.");
        }

        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return stream.ReadByte() < 0
            ? bytes
            : throw new InvalidDataException($"Expected {entry.Length} bytes in '{name}' of the archive, but it has more.");
    }
}

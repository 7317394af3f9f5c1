using System.Numerics;

namespace Lstm.Files;

/// <summary>Writes and reads tensors in a safetensors file, under their names and in their order.</summary>
internal static class Safetensors
{
    // A damaged file may give a tensor a name of any length.
    private const int MaxMessageLength = 2000;

    /// <summary>Writes tensors to a temporary file beside <paramref name="path"/>, which then takes that name.</summary>
    /// <exception cref="ArgumentException">
    /// The path is empty, or the metadata cannot be kept: they contain a null or half a surrogate pair, or they are too long.
    /// </exception>
    public static void Save<T>(string path, IReadOnlyList<StateTensor<T>> tensors, IReadOnlyDictionary<string, string> metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] header = SafetensorsHeaderWriter.Write<T>(tensors.Select(tensor => (tensor.Name, tensor.Shape.ToArray())), metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (StateTensor<T> tensor in tensors)
            {
                LittleEndian.Write(stream, tensor.Values.Span);
            }
        });
    }

    /// <summary>Reads all tensors, in the order of their data.</summary>
    /// <exception cref="InvalidDataException">
    /// The numbers of a tensor are no <typeparamref name="T"/> and cannot become one without a loss, or a tensor is too long.
    /// </exception>
    public static IReadOnlyList<StateTensor<T>> ReadAll<T>(Stream stream, SafetensorsHeader header)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. header.InOrder.Select(tensor => Read<T>(stream, header, tensor))];

    /// <summary>Reads the metadata alone, and checks the whole header.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message begins with its path.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => Read(path, (_, header) => header.Metadata);

    /// <summary>
    /// Returns what <paramref name="read"/> makes of a file and its header, which is consistent and agrees with the length of the file.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message begins with its path.</exception>
    public static TResult Read<TResult>(string path, Func<Stream, SafetensorsHeader, TResult> read)
    {
        // Delete lets a new file take the name on Windows while the old one is being read.
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            Stream stream = file.CanSeek ? file : new ReadAheadStream(file);
            return read(stream, SafetensorsHeader.Read(stream));
        }
        catch (InvalidDataException error)
        {
            throw Damaged(path, error);
        }
    }

    /// <summary>Returns an error that names the file, and whose message has an end.</summary>
    public static InvalidDataException Damaged(string path, InvalidDataException error)
    {
        string reason = error.Message.Length <= MaxMessageLength ? error.Message : error.Message[..MaxMessageLength] + "...";
        return new InvalidDataException($"Cannot read '{path}'. {reason}", error.InnerException);
    }

    private static StateTensor<T> Read<T>(Stream stream, SafetensorsHeader header, SafetensorsTensor tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorNumbers.CheckType<T>(tensor);
        long length = tensor.Count;
        if (length > Array.MaxLength || Array.Exists(tensor.Shape, size => size > int.MaxValue))
        {
            throw new InvalidDataException(
                $"Expected tensor '{tensor.Name}' to have at most {Array.MaxLength} values, but its shape is {tensor.DescribeShape()}.");
        }

        T[] values = GC.AllocateUninitializedArray<T>((int)length);
        stream.Position = header.DataStart + tensor.Begin;
        TensorNumbers.Read<T>(stream, tensor, values);
        return new(tensor.Name, Array.ConvertAll(tensor.Shape, size => (int)size), values);
    }
}

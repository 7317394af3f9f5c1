using System.Numerics;

namespace Lstm.PyTorch.Archives;

/// <summary>Reads state dictionaries of the files of torch.save and of safetensors files.</summary>
internal static class StateDictFile
{
    private const int MaxMessageLength = 2000;

    /// <inheritdoc cref="TorchStateDict{T}.Read"/>
    public static TorchStateDict<T> Read<T>(string path, string? key)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"State dictionaries are of float or double, not of {typeof(T).Name}.");
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (!file.CanSeek)
        {
            throw new IOException($"Cannot read '{path}': it is a pipe or a device, not a regular file.");
        }

        try
        {
            return IsZip(file) ? new TorchArchive<T>(file).Read(key) : ReadSafetensors<T>(file, path, key);
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(Start(path), StringComparison.Ordinal))
        {
            string reason = error.Message.Length <= MaxMessageLength ? error.Message : error.Message[..MaxMessageLength] + "...";
            throw new InvalidDataException($"{Start(path)} {reason}", error.InnerException);
        }
    }

    private static string Start(string path) => $"Cannot read '{path}'.";

    private static bool IsZip(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PK\u0003\u0004"u8);
    }

    private static TorchStateDict<T> ReadSafetensors<T>(FileStream file, string path, string? key)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (key != null)
        {
            throw new InvalidDataException($"Expected a dictionary with the member '{key}', but the file is none of torch.save.");
        }

        file.Close();
        return new(TensorFile<T>.Read(path).Tensors);
    }
}

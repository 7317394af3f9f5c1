using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Lstm.Files;

/// <summary>Writes the header that <see cref="SafetensorsHeader"/> reads.</summary>
internal static class SafetensorsHeaderWriter
{
    /// <summary>Returns the length of the header and the header, padded with spaces: the data begin at a multiple of 8 bytes.</summary>
    /// <exception cref="ArgumentException">
    /// The metadata contain a null or half a surrogate pair, or they are too long; or the name of a tensor is taken or contains half a
    /// surrogate pair.
    /// </exception>
    public static byte[] Write<T>(IEnumerable<(string Name, int[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckNames(tensors);
        using MemoryStream stream = new();
        stream.Write(new byte[SafetensorsHeader.PrefixLength]);
        HeaderJson.Write(stream, json =>
        {
            WriteMetadata(json, metadata);
            WriteTensors<T>(json, tensors);
        });
        while (stream.Length % sizeof(ulong) != 0)
        {
            stream.WriteByte((byte)' ');
        }

        byte[] header = stream.ToArray();
        int length = header.Length - SafetensorsHeader.PrefixLength;
        if (length > SafetensorsHeader.MaxLength)
        {
            throw new ArgumentException(
                $"Expected metadata that fits into a header of {SafetensorsHeader.MaxLength} bytes, but it takes {length}.",
                nameof(metadata));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    private static void WriteTensors<T>(Utf8JsonWriter json, IEnumerable<(string Name, int[] Shape)> tensors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long begin = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            long end = begin + shape.Aggregate((long)Unsafe.SizeOf<T>(), (product, size) => product * size);
            json.WriteStartObject(name);
            json.WriteString(SafetensorsTensor.DTypeKey, SafetensorsTensor.DTypeOf<T>());
            json.WriteStartArray(SafetensorsTensor.ShapeKey);
            foreach (int size in shape)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
            json.WriteStartArray(SafetensorsTensor.OffsetsKey);
            json.WriteNumberValue(begin);
            json.WriteNumberValue(end);
            json.WriteEndArray();
            json.WriteEndObject();
            begin = end;
        }
    }

    private static void CheckNames(IEnumerable<(string Name, int[] Shape)> tensors)
    {
        // A reader refuses a file in which a name appears twice, so no such file may be written.
        HashSet<string> names = new(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        foreach ((string name, _) in tensors)
        {
            if (!IsUnicode(name))
            {
                throw new ArgumentException(
                    $"Expected the name of tensor '{name}' to be Unicode, but it has half a surrogate pair.", nameof(tensors));
            }

            if (!names.Add(name))
            {
                throw new ArgumentException($"Expected every tensor to have a name of its own, but '{name}' is taken.", nameof(tensors));
            }
        }
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null or { Count: 0 })
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string text) in metadata)
        {
            if (text is null)
            {
                throw new ArgumentException($"Expected metadata '{key}' to be a text, but got null.", nameof(metadata));
            }

            // The JSON writer would silently replace it with U+FFFD.
            if (!IsUnicode(key) || !IsUnicode(text))
            {
                throw new ArgumentException(
                    $"Expected metadata '{key}' to be Unicode, but it has half a surrogate pair.", nameof(metadata));
            }

            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    internal static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }
}

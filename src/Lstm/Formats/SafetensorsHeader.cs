using System.Buffers.Binary;
using System.Text.Json;

namespace Lstm.Formats;

/// <summary>
/// The first part of a safetensors file: 8 bytes with the length of the header (little-endian), then the header itself, a JSON object.
/// The data come behind it and are tiled by the tensors, without holes, overlap or a rest.
/// Source: https://github.com/huggingface/safetensors, README, "Format".
/// </summary>
/// <param name="Metadata">Texts by name.</param>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="DataStart">Where in the file the data begin, from which the tensors' offsets count.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, SafetensorsTensor> Tensors, long DataStart)
{
    public const string MetadataKey = "__metadata__";
    public const int PrefixLength = sizeof(ulong);
    public const int MaxLength = 100_000_000;

    /// <summary>Reads the header and checks it against the length of the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static SafetensorsHeader Read(Stream stream)
    {
        SafetensorsHeader header = Parse(ReadJson(stream));
        header.CheckTiling(stream.Length - header.DataStart);
        return header;
    }

    private static byte[] ReadJson(Stream stream)
    {
        if (stream.Length < PrefixLength)
        {
            throw new InvalidDataException($"Expected at least {PrefixLength} bytes, but the file has {stream.Length}.");
        }

        byte[] prefix = new byte[PrefixLength];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxLength)
        {
            throw new InvalidDataException($"Expected a header of at most {MaxLength} bytes, but its length is given as {length}.");
        }

        if ((long)length > stream.Length - PrefixLength)
        {
            throw new InvalidDataException(
                $"Expected at least {PrefixLength + length} bytes, {PrefixLength} and a header of {length}, "
                + $"but the file has {stream.Length}.");
        }

        byte[] json = new byte[length];
        stream.ReadExactly(json);
        return json;
    }

    private static SafetensorsHeader Parse(byte[] json)
    {
        if (json is not [(byte)'{', ..])
        {
            throw new InvalidDataException(
                $"Expected the header to begin with '{{', but {(json.Length == 0 ? "it is empty" : $"got byte 0x{json[0]:X2}")}.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            Dictionary<string, JsonElement> members = HeaderJson.Members(document.RootElement, "the header");
            Dictionary<string, string> metadata = members.Remove(MetadataKey, out JsonElement texts)
                ? HeaderJson.Members(texts, MetadataKey).ToDictionary(
                    text => text.Key, text => HeaderJson.Text(text.Value, $"metadata '{text.Key}'"))
                : [];
            return new SafetensorsHeader(
                metadata,
                members.ToDictionary(member => member.Key, member => SafetensorsTensor.Parse(member.Key, member.Value)),
                PrefixLength + json.Length);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string is no Unicode, which JsonElement notices only when asked for that string.
            throw new InvalidDataException($"Expected a header of valid JSON, but got an error in it: {error.Message}", error);
        }
    }

    private void CheckTiling(long dataLength)
    {
        long position = 0;
        string place = "the data begin";
        foreach (SafetensorsTensor tensor in Tensors.Values.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != position)
            {
                throw new InvalidDataException($"Expected tensor '{tensor.Name}' to begin at data byte {position}, where {place}, but it "
                    + $"begins at {tensor.Begin}: {(tensor.Begin < position ? "they overlap" : "there is a hole between them")}.");
            }

            (position, place) = (tensor.End, $"tensor '{tensor.Name}' ends");
        }

        if (position != dataLength)
        {
            throw new InvalidDataException($"Expected {position} bytes of data, but the file has {dataLength}: "
                + $"{(dataLength < position ? "it is truncated" : "something follows the last tensor")}.");
        }
    }
}

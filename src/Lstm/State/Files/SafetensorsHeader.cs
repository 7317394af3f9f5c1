using System.Buffers.Binary;
using System.Text.Json;

namespace Lstm.Files;

/// <summary>
/// The first part of a safetensors file: 8 bytes with the length of the header (little-endian), then the header itself, a JSON object.
/// The data follow it; the tensors tile them without holes, overlaps or a rest.
/// Source: https://github.com/huggingface/safetensors, README, "Format".
/// </summary>
/// <param name="Metadata">Texts by name.</param>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="DataStart">The position in the file at which the data begin, and from which the offsets of the tensors count.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, SafetensorsTensor> Tensors, long DataStart)
{
    public const string MetadataKey = "__metadata__";
    public const int PrefixLength = sizeof(ulong);
    public const int MaxLength = 100_000_000;

    /// <summary>The tensors in the order of their data.</summary>
    public IEnumerable<SafetensorsTensor> InOrder => Tensors.Values.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End);

    /// <summary>Reads the header and checks it against the length of the file.</summary>
    /// <param name="stream">
    /// The file. A <see cref="ReadAheadStream"/> is read to the end that the header gives the file, and one byte further.
    /// </param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static SafetensorsHeader Read(Stream stream)
    {
        SafetensorsHeader header = Parse(ReadJson(stream));
        long expected = header.CheckTiling();
        (stream as ReadAheadStream)?.ReadAhead(
            expected > long.MaxValue - 1 - header.DataStart ? long.MaxValue : header.DataStart + expected + 1);
        long dataLength = stream.Length - header.DataStart;
        return dataLength == expected
            ? header
            : throw new InvalidDataException($"Expected {expected} bytes of data, but the file has {dataLength}: "
                + $"{(dataLength < expected ? "it is truncated" : "something follows the last tensor")}.");
    }

    private static byte[] ReadJson(Stream stream)
    {
        Span<byte> start = new byte[OtherFormat.Length];
        (stream as ReadAheadStream)?.ReadAhead(start.Length);
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length < PrefixLength)
        {
            throw NotThis(start, $"Expected at least {PrefixLength} bytes, but the file has {start.Length}.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaxLength)
        {
            throw NotThis(start, $"Expected a header of at most {MaxLength} bytes, but its length is given as {length}.");
        }

        if (length > 0 && start.Length > PrefixLength && start[PrefixLength] != '{')
        {
            throw NotThis(start, $"Expected the header to begin with '{{', but got byte 0x{start[PrefixLength]:X2}.");
        }

        (stream as ReadAheadStream)?.ReadAhead(PrefixLength + (long)length);
        if ((long)length > stream.Length - PrefixLength)
        {
            throw NotThis(
                start,
                $"Expected at least {PrefixLength + length} bytes, {PrefixLength} and a header of {length}, "
                + $"but the file has {stream.Length}.");
        }

        byte[] json = new byte[length];
        stream.Position = PrefixLength;
        stream.ReadExactly(json);
        return json;
    }

    private static InvalidDataException NotThis(ReadOnlySpan<byte> start, string reason) =>
        new(OtherFormat.Of(start) is string other ? $"It is not a safetensors file, but {other}. {reason}" : reason);

    private static SafetensorsHeader Parse(byte[] json)
    {
        if (json.Length == 0)
        {
            throw new InvalidDataException("Expected the header to begin with '{', but it is empty.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            Dictionary<string, JsonElement> members = HeaderJson.Members(document.RootElement, "the header");
            Dictionary<string, string> metadata = members.Remove(MetadataKey, out JsonElement texts)
                && texts.ValueKind != JsonValueKind.Null
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
            // InvalidOperationException: a string is not Unicode, which JsonElement notices only when that string is read.
            throw new InvalidDataException($"Expected a header of valid JSON, but got an error in it: {error.Message}", error);
        }
    }

    /// <returns>The length of the data.</returns>
    private long CheckTiling()
    {
        long position = 0;
        string place = "the data begin";
        foreach (SafetensorsTensor tensor in InOrder)
        {
            if (tensor.Begin != position)
            {
                throw new InvalidDataException($"Expected tensor '{tensor.Name}' to begin at data byte {position}, where {place}, but it "
                    + $"begins at {tensor.Begin}: {(tensor.Begin < position ? "they overlap" : "there is a hole between them")}.");
            }

            (position, place) = (tensor.End, $"tensor '{tensor.Name}' ends");
        }

        return position;
    }
}

using System.Numerics;
using System.Text;
using System.Text.Json;
using Lstm.Files;

namespace Lstm;

/// <summary>The layers of a model as a text of its file, a JSON object: <c>{"format":1,"layers":[{"kind":"dense", ...}]}</c>.</summary>
internal static class ModelDescription
{
    /// <summary>The beginning of all names of texts that the library itself keeps in a file.</summary>
    public const string Prefix = "lstm.";

    /// <summary>The name of the text.</summary>
    public const string Key = Prefix + "model";

    private const string FormatKey = "format", LayersKey = "layers", LackKey = "lacks";
    private const int Format = 1;

    // As deep as JSON is written; each layer within a layer takes two.
    private const int MostDepth = 1000;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MostDepth };

    /// <summary>Returns the text. Where a layer does not describe itself, the text says which.</summary>
    public static string Of<T>(IReadOnlyList<Layer<T>> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerDescription?[] descriptions = [.. layers.Select(layer => layer.Describe())];
        int lacking = Array.IndexOf(descriptions, null);
        using MemoryStream stream = new();
        HeaderJson.Write(stream, json =>
        {
            json.WriteNumber(FormatKey, Format);
            if (lacking >= 0)
            {
                json.WriteString(LackKey, $"layer {lacking}, {layers[lacking].Title}");
                return;
            }

            json.WriteStartArray(LayersKey);
            Array.ForEach(descriptions, description => description!.Write(json));
            json.WriteEndArray();
        });
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Returns the texts that are not the library's own.</summary>
    public static IReadOnlyDictionary<string, string> WithoutOwn(IReadOnlyDictionary<string, string> metadata) => metadata
        .Where(text => !text.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(text => text.Key, text => text.Value);

    /// <summary>Reads the text of a file's metadata.</summary>
    /// <exception cref="InvalidDataException">There is none, it is of a newer format, or it describes no model.</exception>
    public static IReadOnlyList<LayerDescription> Read(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out string? text))
        {
            throw new InvalidDataException(
                "Expected a file that describes its model, but it has parameters alone: build the model, and call LoadParameters.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, s_options);
            return Read(HeaderJson.Members(document.RootElement, Key));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperationException and ArgumentException: a string is not Unicode.
            throw new InvalidDataException($"Expected '{Key}' to be valid JSON, but got an error in it: {error.Message}", error);
        }
    }

    private static IReadOnlyList<LayerDescription> Read(Dictionary<string, JsonElement> members)
    {
        string format = members.TryGetValue(FormatKey, out JsonElement number) ? number.GetRawText() : "none";
        if (format != $"{Format}")
        {
            throw new InvalidDataException($"Expected '{Key}' of format {Format}, but it is of format {format}: a newer version wrote it.");
        }

        if (members.TryGetValue(LackKey, out JsonElement lack))
        {
            throw new InvalidDataException($"Expected a file that describes its model, but {HeaderJson.Text(lack, LackKey)}, "
                + "did not describe itself when it was saved: build the model, and call LoadParameters; or override Describe, and save it "
                + "again.");
        }

        return members.TryGetValue(LayersKey, out JsonElement layers) && layers.ValueKind == JsonValueKind.Array
            && layers.GetArrayLength() > 0
            ? [.. layers.EnumerateArray().Select(LayerDescription.Parse)]
            : throw new InvalidDataException($"Expected '{Key}' to have a list '{LayersKey}' of at least one layer.");
    }
}

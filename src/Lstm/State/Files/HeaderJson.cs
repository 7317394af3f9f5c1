using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lstm.Files;

/// <summary>Writes JSON objects, and reads their parts; throws an <see cref="InvalidDataException"/> for anything unexpected.</summary>
internal static class HeaderJson
{
    // Texts in any script stay readable and short; only HTML would need more escapes.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object.</summary>
    public static void Write(Stream stream, Action<Utf8JsonWriter> writeMembers)
    {
        using Utf8JsonWriter json = new(stream, s_options);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
    }

    /// <summary>Returns the members of an object, in which no name may appear twice.</summary>
    public static Dictionary<string, JsonElement> Members(JsonElement json, string what)
    {
        Expect(JsonValueKind.Object, json, what);
        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
        foreach (JsonProperty member in json.EnumerateObject())
        {
            string name = member.Name;
            if (!members.TryAdd(name, member.Value))
            {
                throw new InvalidDataException($"Expected every name in {what} once, but '{name}' comes twice.");
            }
        }

        return members;
    }

    /// <summary>Returns a string.</summary>
    public static string Text(JsonElement json, string what)
    {
        Expect(JsonValueKind.String, json, what);
        return json.GetString()!;
    }

    /// <summary>Returns an array of strings.</summary>
    public static string[] Texts(JsonElement json, string what)
    {
        Expect(JsonValueKind.Array, json, what);
        return [.. json.EnumerateArray().Select(element => Text(element, what))];
    }

    /// <summary>Returns an array of integers in [0, 2^63).</summary>
    public static long[] Sizes(JsonElement json, string what)
    {
        Expect(JsonValueKind.Array, json, what);
        return [.. json.EnumerateArray().Select(element =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long size) && size >= 0
                ? size
                : throw new InvalidDataException($"Expected {what} to be integers from 0 to 2^63-1, but got {json.GetRawText()}."))];
    }

    private static void Expect(JsonValueKind kind, JsonElement json, string what)
    {
        if (json.ValueKind != kind)
        {
            throw new InvalidDataException($"Expected {what} to be of JSON kind {kind}, but got {json.ValueKind}.");
        }
    }
}

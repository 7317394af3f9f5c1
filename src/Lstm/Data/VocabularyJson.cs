using System.Text;
using System.Text.Json;
using Lstm.Files;

namespace Lstm;

/// <summary>Reads and writes vocabularies as JSON objects, without reflection.</summary>
internal static class VocabularyJson
{
    private const string NormalizationKey = "normalization", FormCValue = "C";

    public static string Write(Action<Utf8JsonWriter> writeMembers)
    {
        using MemoryStream stream = new();
        HeaderJson.Write(stream, writeMembers);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Reads an object that has a member of the name <paramref name="needed"/>, and parses its members.</summary>
    /// <exception cref="InvalidDataException">The JSON is not such an object.</exception>
    public static T Read<T>(string json, string needed, Func<Dictionary<string, JsonElement>, T> parse)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            Dictionary<string, JsonElement> members = HeaderJson.Members(document.RootElement, "the vocabulary");
            return members.ContainsKey(needed)
                ? parse(members)
                : throw new InvalidDataException($"Expected the vocabulary to have {needed}.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string is not valid Unicode, which JsonElement notices only when asked for that string.
            throw new InvalidDataException($"Expected a vocabulary in JSON: {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Expected a vocabulary in Unicode, but it has half a surrogate pair: {error.Message}", error);
        }
    }

    /// <exception cref="InvalidDataException">Form C changes a word, so no normalised text could contain it.</exception>
    public static void CheckNormalized(IEnumerable<string> words)
    {
        if (words.FirstOrDefault(word => FormC.Of(word) != word) is string other)
        {
            throw new InvalidDataException($"Expected a vocabulary in form C, but '{other}' is '{FormC.Of(other)}' in that form.");
        }
    }

    /// <summary>
    /// Writes the normalisation, if any. A vocabulary that takes texts as they are has the format of version 0.1.0, which has no such
    /// member.
    /// </summary>
    public static void WriteNormalization(Utf8JsonWriter json, bool normalizes)
    {
        if (normalizes)
        {
            json.WriteString(NormalizationKey, FormCValue);
        }
    }

    /// <exception cref="InvalidDataException">The vocabulary names a normalisation other than form C.</exception>
    public static bool Normalizes(Dictionary<string, JsonElement> members)
    {
        string? form = members.TryGetValue(NormalizationKey, out JsonElement element) ? HeaderJson.Text(element, NormalizationKey) : null;
        return form is null or FormCValue
            ? form is not null
            : throw new InvalidDataException($"Expected the {NormalizationKey} of the vocabulary to be '{FormCValue}', but got '{form}'.");
    }
}

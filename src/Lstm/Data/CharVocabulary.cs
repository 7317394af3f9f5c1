using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Lstm.Formats;

namespace Lstm;

/// <summary>
/// The characters that a model knows: Unicode scalar values, sorted; a character's id is its place. Half a surrogate pair is read as U+FFFD.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A vocabulary is not used as a collection.")]
public sealed class CharVocabulary
{
    private const string CharactersKey = "characters", UnknownKey = "unknown";

    private readonly Rune[] _characters;
    private readonly Dictionary<Rune, int> _ids;

    /// <summary>The distinct characters of a text, sorted.</summary>
    /// <param name="text">The text, or all characters in any order.</param>
    /// <param name="unknown">A character that stands for those that are none of the others, as U+FFFD; null for none.</param>
    public CharVocabulary(string text, Rune? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        Unknown = unknown;
        IEnumerable<Rune> all = unknown is Rune one ? text.EnumerateRunes().Append(one) : text.EnumerateRunes();
        _characters = [.. all.Distinct().Order()];
        _ids = _characters.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
    }

    /// <summary>The number of characters.</summary>
    public int Count => _characters.Length;

    /// <summary>The character that stands for those that are none of the others; null for none.</summary>
    public Rune? Unknown { get; }

    /// <summary>The character of an id.</summary>
    public Rune this[int id] => _characters[id];

    /// <summary>The id of a character; -1 if it is none of these.</summary>
    public int IndexOf(Rune character) => _ids.GetValueOrDefault(character, -1);

    /// <summary>The ids of a text's characters; that of <see cref="Unknown"/> for one that is none of these.</summary>
    /// <exception cref="MalformedDataException">A character is none of these, and there is none to stand for it; its row is its number in the text.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int other = Unknown is Rune unknown ? _ids[unknown] : -1;
        List<int> ids = new(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            int id = _ids.GetValueOrDefault(character, other);
            ids.Add(id >= 0 ? id : throw new MalformedDataException(
                $"Expected one of the {Count} characters of the vocabulary, but got U+{character.Value:X4}.", nameof(text), row: ids.Count));
        }

        return [.. ids];
    }

    /// <summary>The text of ids.</summary>
    /// <exception cref="MalformedDataException">An id is out of range.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        VocabularyIds.Check(ids, Count);
        StringBuilder text = new(ids.Length);
        foreach (int id in ids)
        {
            text.Append(_characters[id].ToString());
        }

        return text.ToString();
    }

    /// <summary>Those characters of a text that are not in the vocabulary, each once.</summary>
    public IReadOnlyList<Rune> UnknownIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.EnumerateRunes().Where(character => !_ids.ContainsKey(character)).Distinct()];
    }

    /// <summary>All characters in the order of their ids: the text from which the same vocabulary can be made again.</summary>
    public override string ToString() => string.Concat(_characters);

    /// <summary>All of it as JSON: <c>{"characters":"abc","unknown":"c"}</c>.</summary>
    public string ToJson() => VocabularyJson.Write(json =>
    {
        json.WriteString(CharactersKey, ToString());
        if (Unknown is Rune unknown)
        {
            json.WriteString(UnknownKey, unknown.ToString());
        }
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static CharVocabulary FromJson(string json) => VocabularyJson.Read(json, CharactersKey, members =>
    {
        string characters = HeaderJson.Text(members[CharactersKey], CharactersKey);
        CharVocabulary vocabulary = new(characters, members.TryGetValue(UnknownKey, out JsonElement unknown) ? OneCharacter(unknown) : null);
        return vocabulary.ToString() == characters
            ? vocabulary
            : throw new InvalidDataException($"Expected {CharactersKey} to be sorted, each once, the unknown one among them, but got '{characters}'.");
    });

    private static Rune OneCharacter(JsonElement json)
    {
        string text = HeaderJson.Text(json, UnknownKey);
        return Rune.DecodeFromUtf16(text, out Rune character, out int length) == OperationStatus.Done && length == text.Length
            ? character
            : throw new InvalidDataException($"Expected {UnknownKey} to be one character, but got '{text}'.");
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// The characters that a model knows: sorted Unicode scalar values. The id of a character is its place. Half a surrogate pair is read as
/// U+FFFD. A byte order mark at the beginning of a text is skipped, unless the vocabulary has that character (U+FEFF) because a text had it
/// further inside.
/// </summary>
public sealed class CharVocabulary
{
    private const string CharactersKey = "characters", UnknownKey = "unknown";

    private readonly Rune[] _characters;
    private readonly Dictionary<Rune, int> _ids;

    /// <summary>Creates a vocabulary of the distinct characters of a text.</summary>
    /// <param name="text">The text, or all characters in any order.</param>
    /// <param name="unknown">
    /// A character that stands for all characters that are not in the vocabulary, such as U+FFFD; null for none. It is not normalised.
    /// </param>
    /// <param name="normalize">Whether this text and all encoded texts are first brought into form C (<see cref="Normalizes"/>).</param>
    public CharVocabulary(string text, Rune? unknown = null, bool normalize = true)
        : this(CharactersOf(text, normalize), unknown, normalize)
    {
    }

    private CharVocabulary(IEnumerable<Rune> characters, Rune? unknown, bool normalize)
    {
        (Unknown, Normalizes) = (unknown, normalize);
        _characters = [.. (unknown is Rune one ? characters.Append(one) : characters).Distinct().Order()];
        _ids = _characters.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
    }

    /// <summary>The number of characters.</summary>
    public int Count => _characters.Length;

    /// <summary>The character that stands for all characters that are not in the vocabulary; null for none.</summary>
    public Rune? Unknown { get; }

    /// <summary>
    /// Whether texts are brought into Unicode's normalisation form C before anything else, so that é is one character whether a text has
    /// it as one or as e and an accent. The form is that of Unicode 17 in every culture, on every system and in globalization-invariant
    /// mode. A vocabulary from a file of version 0.1.0, which did not have this option, takes texts as they are.
    /// </summary>
    public bool Normalizes { get; }

    /// <summary>The character of an id.</summary>
    public Rune this[int id] => _characters[id];

    /// <summary>Returns the id of a character; -1 if the vocabulary does not have it.</summary>
    public int IndexOf(Rune character) => _ids.GetValueOrDefault(Normalized(character), -1);

    /// <summary>
    /// Returns the ids of the characters of a text. A character that is not in the vocabulary gets the id of <see cref="Unknown"/>.
    /// </summary>
    /// <exception cref="MalformedDataException">
    /// A character is not in the vocabulary, and <see cref="Unknown"/> is null. The message says where the character is; the row is the
    /// number of ids before it.
    /// </exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int other = Unknown is Rune unknown ? _ids[unknown] : -1;
        string characters = Prepared(text);
        List<int> ids = new(characters.Length);
        int index = 0;
        foreach (Rune character in characters.EnumerateRunes())
        {
            int id = _ids.GetValueOrDefault(character, other);
            ids.Add(id >= 0 ? id : throw UnknownAt(text, index, character, ids.Count));
            index += character.Utf16SequenceLength;
        }

        return [.. ids];
    }

    /// <summary>Returns the text that ids stand for.</summary>
    /// <exception cref="MalformedDataException">An id is out of range.</exception>
    public string Decode(ReadOnlySpan<int> ids) => string.Concat(VocabularyIds.Decode(ids, _characters));

    /// <summary>Lists the characters of a text that are not in the vocabulary, each once.</summary>
    public IReadOnlyList<Rune> UnknownIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Prepared(text).EnumerateRunes().Where(character => !_ids.ContainsKey(character)).Distinct()];
    }

    /// <summary>
    /// Returns all characters in the order of their ids. To make the same vocabulary from this text, use <c>normalize: false</c>: side by
    /// side, marks would be composed with the characters that happen to stand before them. <see cref="ToJson"/> keeps everything.
    /// </summary>
    public override string ToString() => string.Concat(_characters);

    /// <summary>Writes the whole vocabulary as JSON: <c>{"characters":"abc","unknown":"c","normalization":"C"}</c>.</summary>
    public string ToJson() => VocabularyJson.Write(json =>
    {
        json.WriteString(CharactersKey, ToString());
        if (Unknown is Rune unknown)
        {
            json.WriteString(UnknownKey, unknown.ToString());
        }

        VocabularyJson.WriteNormalization(json, Normalizes);
    });

    /// <summary>
    /// Reads the JSON that <see cref="ToJson"/> wrote. Without a <c>normalization</c>, as in version 0.1.0, texts are taken as they are.
    /// </summary>
    /// <exception cref="InvalidDataException">The JSON is not that of such a vocabulary.</exception>
    public static CharVocabulary FromJson(string json) => VocabularyJson.Read(json, CharactersKey, members =>
    {
        string characters = HeaderJson.Text(members[CharactersKey], CharactersKey);
        Rune? unknown = members.TryGetValue(UnknownKey, out JsonElement element) ? OneCharacter(element) : null;
        CharVocabulary vocabulary = new(characters.EnumerateRunes(), unknown, VocabularyJson.Normalizes(members));
        if (vocabulary.Normalizes)
        {
            VocabularyJson.CheckNormalized(vocabulary._characters.Select(character => character.ToString()));
        }

        return vocabulary.ToString() == characters
            ? vocabulary
            : throw new InvalidDataException(
                $"Expected {CharactersKey} to be sorted, each once, with the {UnknownKey} one among them, but got '{characters}'.");
    });

    private static StringRuneEnumerator CharactersOf(string text, bool normalize)
    {
        ArgumentNullException.ThrowIfNull(text);
        string own = text.StartsWith(Invisible.ByteOrderMark) ? text[1..] : text;
        return (normalize ? FormC.Of(own) : own).EnumerateRunes();
    }

    private static Rune OneCharacter(JsonElement json)
    {
        string text = HeaderJson.Text(json, UnknownKey);
        return OneCharacter(text) ?? throw new InvalidDataException($"Expected {UnknownKey} to be one character, but got '{text}'.");
    }

    private static Rune? OneCharacter(string text) =>
        Rune.DecodeFromUtf16(text, out Rune character, out int length) == OperationStatus.Done && length == text.Length ? character : null;

    private string Prepared(string text)
    {
        string own = text[SkippedOf(text)..];
        return Normalizes ? FormC.Of(own) : own;
    }

    private int SkippedOf(string text) =>
        text.StartsWith(Invisible.ByteOrderMark) && !_ids.ContainsKey(new Rune(Invisible.ByteOrderMark)) ? 1 : 0;

    /// <summary>Returns the character in form C, where that form is a single character; otherwise the character itself.</summary>
    private Rune Normalized(Rune character) =>
        Normalizes && !_ids.ContainsKey(character) ? OneCharacter(FormC.Of(character.ToString())) ?? character : character;

    private MalformedDataException UnknownAt(string text, int index, Rune character, int row)
    {
        int skipped = SkippedOf(text), at = index;
        if (Normalizes)
        {
            string own = text[skipped..];
            Range segment = FormC.SegmentAt(own, index);
            at = segment.Start.Value + Math.Max(0, own[segment].IndexOf(character.ToString(), StringComparison.Ordinal));
        }

        return MalformedDataException.InText(
            $"Expected one of the {Count} characters of the vocabulary, but got {TextPlace.Describe(character)}.",
            nameof(text),
            row,
            $"It is at {TextPlace.Of(text, at + skipped)}. Leave it out, make the vocabulary of a text that has it, or give the vocabulary "
            + $"an {nameof(Unknown)} character to stand for others; {nameof(UnknownIn)} lists all such characters of a text.");
    }
}

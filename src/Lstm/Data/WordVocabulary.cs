using System.Runtime.InteropServices;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// The words that a model knows. Id 0 is the word that stands for all others. After it come the words by their counts, the most frequent
/// first, and those of the same count in ordinal order, so that the same text gives the same ids everywhere.
/// </summary>
public sealed class WordVocabulary
{
    /// <summary>The id of <see cref="Unknown"/>.</summary>
    public const int UnknownId = 0;

    /// <summary>The default of <see cref="Unknown"/>: <c>&lt;unk&gt;</c>.</summary>
    public const string DefaultUnknown = "<unk>";

    private const string WordsKey = "words";

    private readonly string[] _words;
    private readonly Dictionary<string, int> _ids;

    private WordVocabulary(string[] words, bool normalizes)
    {
        (_words, Normalizes) = (words, normalizes);
        _ids = words.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
    }

    /// <summary>The number of words, <see cref="Unknown"/> included.</summary>
    public int Count => _words.Length;

    /// <summary>The word that stands for all others.</summary>
    public string Unknown => _words[UnknownId];

    /// <summary>
    /// Whether words are brought into Unicode's normalisation form C before anything else, so that café is one word whether a text has
    /// its é as one character or as e and an accent. The form is that of Unicode 17 in every culture, on every system and in
    /// globalization-invariant mode. A vocabulary from a file of version 0.1.0, which did not have this option, takes words as they are.
    /// </summary>
    public bool Normalizes { get; }

    /// <summary>The word of an id.</summary>
    public string this[int id] => _words[id];

    /// <summary>Returns the id of a word; -1 if the vocabulary does not have it.</summary>
    public int IndexOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return _ids.GetValueOrDefault(Prepared(word, Normalizes), -1);
    }

    /// <summary>Makes a vocabulary of the words of a text, by their counts.</summary>
    /// <param name="words">
    /// The words of a text, such as those of <see cref="WordTokenizer.Tokenize"/>. Take the training part alone.
    /// </param>
    /// <param name="minimumCount">The smallest count: words that come less often are left out.</param>
    /// <param name="maximumSize">The largest <see cref="Count"/>; the rarest words are left out.</param>
    /// <param name="unknown">The word that stands for all others. Where the text itself has it, it gets the same id.</param>
    /// <param name="normalize">
    /// Whether these words and all encoded words are first brought into form C (<see cref="Normalizes"/>).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="MalformedDataException">
    /// A word is null or has half a surrogate pair; the row is its number in the text.
    /// </exception>
    public static WordVocabulary Build(
        IEnumerable<string> words,
        int minimumCount = 1,
        int maximumSize = int.MaxValue,
        string unknown = DefaultUnknown,
        bool normalize = true)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(unknown);
        ArgumentOutOfRange.ThrowIfLessThan(minimumCount, 1);
        ArgumentOutOfRange.ThrowIfLessThan(maximumSize, 1);
        CheckWord(unknown, nameof(unknown), row: null);
        string other = Prepared(unknown, normalize);
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        int row = 0;
        foreach (string word in words)
        {
            CheckWord(word, nameof(words), row++);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, Prepared(word, normalize), out _)++;
        }

        counts.Remove(other);
        IEnumerable<string> kept = counts
            .Where(pair => pair.Value >= minimumCount)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key)
            .Take(maximumSize - 1);
        return new WordVocabulary([other, .. kept], normalize);
    }

    /// <summary>Returns the ids of words; 0 for a word that is not in the vocabulary.</summary>
    /// <exception cref="MalformedDataException">A word is null; the row is its number in the text.</exception>
    public int[] Encode(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return [.. words.Select((word, row) => word is null
            ? throw new MalformedDataException("Expected a word, but got null.", nameof(words), row: row)
            : _ids.GetValueOrDefault(Prepared(word, Normalizes), UnknownId))];
    }

    /// <summary>
    /// Returns the words of ids with a space between any two: the characters that <see cref="WordTokenizer.Tokenize"/> left out do not come
    /// back.
    /// </summary>
    /// <exception cref="MalformedDataException">An id is out of range.</exception>
    public string Decode(ReadOnlySpan<int> ids) => string.Join(' ', VocabularyIds.Decode(ids, _words));

    /// <summary>Writes the whole vocabulary as JSON: <c>{"words":["&lt;unk&gt;","the","of"],"normalization":"C"}</c>.</summary>
    public string ToJson() => VocabularyJson.Write(json =>
    {
        json.WriteStartArray(WordsKey);
        foreach (string word in _words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
        VocabularyJson.WriteNormalization(json, Normalizes);
    });

    /// <summary>
    /// Reads the JSON that <see cref="ToJson"/> wrote. Without a <c>normalization</c>, as in version 0.1.0, words are taken as they are.
    /// </summary>
    /// <exception cref="InvalidDataException">The JSON is not that of such a vocabulary.</exception>
    public static WordVocabulary FromJson(string json)
    {
        (string[] words, bool normalizes) = VocabularyJson.Read(
            json, WordsKey, members => (HeaderJson.Texts(members[WordsKey], WordsKey), VocabularyJson.Normalizes(members)));
        if (normalizes)
        {
            VocabularyJson.CheckNormalized(words);
        }

        string? twice = words.GroupBy(word => word, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return words.Length > 0 && twice is null
            ? new WordVocabulary(words, normalizes)
            : throw new InvalidDataException(
                $"Expected one or more {WordsKey}, each once, but {(twice is null ? "got none" : $"'{twice}' comes twice")}.");
    }

    private static string Prepared(string word, bool normalize) => normalize ? FormC.Of(word) : word;

    private static void CheckWord(string? word, string argument, int? row)
    {
        if (word is null || !SafetensorsHeaderWriter.IsUnicode(word))
        {
            throw new MalformedDataException(
                $"Expected a word in Unicode, but got {(word is null ? "null" : "half a surrogate pair")}.", argument, row: row);
        }
    }
}

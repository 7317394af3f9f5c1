using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Lstm.Formats;

namespace Lstm;

/// <summary>
/// The words that a model knows. Id 0 is the word that stands for all others; then come the words by how often they were counted, the most
/// frequent first, those of the same count in ordinal order: the same text gives the same ids everywhere.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A vocabulary is not used as a collection.")]
public sealed class WordVocabulary
{
    /// <summary>The id of <see cref="Unknown"/>.</summary>
    public const int UnknownId = 0;

    /// <summary>What stands for all other words, unless told.</summary>
    public const string DefaultUnknown = "<unk>";

    private const string WordsKey = "words";

    private readonly string[] _words;
    private readonly Dictionary<string, int> _ids;

    private WordVocabulary(string[] words)
    {
        _words = words;
        _ids = words.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
    }

    /// <summary>The number of words, with <see cref="Unknown"/>.</summary>
    public int Count => _words.Length;

    /// <summary>The word that stands for all others.</summary>
    public string Unknown => _words[UnknownId];

    /// <summary>The word of an id.</summary>
    public string this[int id] => _words[id];

    /// <summary>The id of a word; -1 if it is none of these.</summary>
    public int IndexOf(string word) => _ids.GetValueOrDefault(word, -1);

    /// <summary>Counts words.</summary>
    /// <param name="words">The words of a text, as those of <see cref="WordTokens.Of"/>; the training part alone.</param>
    /// <param name="minimumCount">Words that come less often are left out.</param>
    /// <param name="maximumSize">The largest <see cref="Count"/>; the rarest words are left out.</param>
    /// <param name="unknown">What stands for all other words; where the text itself has it, it counts as that.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="MalformedDataException">A word is null, or has half a surrogate pair; its row is its number in the text.</exception>
    public static WordVocabulary Build(
        IEnumerable<string> words, int minimumCount = 1, int maximumSize = int.MaxValue, string unknown = DefaultUnknown)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(unknown);
        ArgumentOutOfRange.ThrowIfLessThan(minimumCount, 1);
        ArgumentOutOfRange.ThrowIfLessThan(maximumSize, 1);
        CheckWord(unknown, nameof(unknown), row: null);
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        int row = 0;
        foreach (string word in words)
        {
            CheckWord(word, nameof(words), row++);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
        }

        counts.Remove(unknown);
        IEnumerable<string> kept = counts
            .Where(pair => pair.Value >= minimumCount)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key)
            .Take(maximumSize - 1);
        return new WordVocabulary([unknown, .. kept]);
    }

    /// <summary>The ids of words; 0 for one that is none of these.</summary>
    public int[] Encode(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return [.. words.Select(word => _ids.GetValueOrDefault(word, UnknownId))];
    }

    /// <summary>The words of ids, a space between any two: what <see cref="WordTokens.Of"/> left out does not come back.</summary>
    /// <exception cref="MalformedDataException">An id is out of range.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        VocabularyIds.Check(ids, Count);
        string[] words = new string[ids.Length];
        for (int k = 0; k < words.Length; k++)
        {
            words[k] = _words[ids[k]];
        }

        return string.Join(' ', words);
    }

    /// <summary>All of it as JSON: <c>{"words":["&lt;unk&gt;","the","of"]}</c>.</summary>
    public string ToJson() => VocabularyJson.Write(json =>
    {
        json.WriteStartArray(WordsKey);
        foreach (string word in _words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static WordVocabulary FromJson(string json)
    {
        string[] words = VocabularyJson.Read(json, WordsKey, members => HeaderJson.Texts(members[WordsKey], WordsKey));
        string? twice = words.GroupBy(word => word, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return words.Length > 0 && twice is null
            ? new WordVocabulary(words)
            : throw new InvalidDataException($"Expected one or more {WordsKey}, each once, but {(twice is null ? "got none" : $"'{twice}' comes twice")}.");
    }

    private static void CheckWord(string? word, string argument, int? row)
    {
        if (word is null || !SafetensorsHeaderWriter.IsUnicode(word))
        {
            throw new MalformedDataException($"Expected a word in Unicode, but got {(word is null ? "null" : "half a surrogate pair")}.", argument, row: row);
        }
    }
}

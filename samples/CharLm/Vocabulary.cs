using System.Text;

namespace CharLm;

/// <summary>
/// The characters that a model knows; a character's id is its position. Characters are Unicode scalar values, not halves of them.
/// </summary>
internal sealed class Vocabulary
{
    private readonly Rune[] _characters;
    private readonly Dictionary<Rune, int> _ids;

    /// <summary>The distinct characters of a text, sorted.</summary>
    public Vocabulary(string text)
    {
        _characters = [.. text.EnumerateRunes().Distinct().Order()];
        _ids = _characters.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
    }

    public int Count => _characters.Length;

    public Rune this[int id] => _characters[id];

    /// <summary>The id of a character, or -1.</summary>
    public int IndexOf(Rune character) => _ids.GetValueOrDefault(character, -1);

    /// <summary>The ids of a text's characters.</summary>
    /// <exception cref="KeyNotFoundException">A character is not in the vocabulary.</exception>
    public int[] Encode(string text) => [.. text.EnumerateRunes().Select(rune => _ids[rune])];

    /// <summary>Those characters of a text that are not in the vocabulary, each once.</summary>
    public IReadOnlyList<Rune> UnknownIn(string text) => [.. text.EnumerateRunes().Where(rune => !_ids.ContainsKey(rune)).Distinct()];

    /// <summary>All characters in the order of their ids: the text from which the same vocabulary can be made again.</summary>
    public override string ToString() => string.Concat(_characters);
}

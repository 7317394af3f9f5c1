using System.Collections;
using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>
/// The part of the Unicode character database that normalisation and lower case need, in a fixed version. The runtime does not serve: in
/// globalization-invariant mode it normalises nothing, and elsewhere both depend on the ICU of the system. <see cref="UnicodeTable"/> is
/// read when a text first needs it.
/// </summary>
internal sealed class UnicodeData
{
    private const int Characters = 0x110000;

    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, int> _lowerCase = [];
    private readonly BitArray _isInert = new(Characters, defaultValue: true);

    private UnicodeData()
    {
        using StringReader reader = new(Encoding.ASCII.GetString(UnicodeTable.Text));
        Action<string> add = static _ => { };
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                add = line == "[decompositions]" ? AddDecomposition : line == "[classes]" ? AddClass : AddLowerCase;
                continue;
            }

            foreach (string entry in line.Split(' '))
            {
                add(entry);
            }
        }

        MarkWhatIsNotInert();
    }

    public static UnicodeData Instance { get; } = new();

    /// <summary>Tells whether a character is the same in form C and never combines with a character before it.</summary>
    public bool IsInert(int character) => _isInert[character];

    /// <summary>Returns the class by which the marks of one base are sorted; 0 for a character that is not a mark.</summary>
    public byte ClassOf(int character) => _classes.GetValueOrDefault(character);

    /// <summary>
    /// Returns the characters of which a character is composed (the first may be composed itself); null if it is not composed.
    /// </summary>
    public int[]? Decompose(int character) => Hangul.Decompose(character) ?? _decompositions.GetValueOrDefault(character);

    /// <summary>Returns the character that is composed of two others; -1 if there is none.</summary>
    public int Compose(int first, int second) =>
        _compositions.TryGetValue((first, second), out int composed) ? composed : Hangul.Compose(first, second);

    /// <summary>Returns the small letter of a capital letter; for every other character, the character itself.</summary>
    public int LowerCaseOf(int character) => _lowerCase.GetValueOrDefault(character, character);

    /// <param name="entry"><c>C0=41+300</c>, or <c>F900>8C48</c> for a character that form C never composes.</param>
    private void AddDecomposition(string entry)
    {
        int end = entry.AsSpan().IndexOfAny('=', '>'), character = Number(entry.AsSpan(0, end));
        int[] parts = [.. entry[(end + 1)..].Split('+').Select(part => Number(part))];
        _decompositions.Add(character, parts);
        if (entry[end] == '=')
        {
            _compositions.Add((parts[0], parts[1]), character);
        }
    }

    /// <param name="entry"><c>334-338:1</c>.</param>
    private void AddClass(string entry)
    {
        string[] parts = entry.Split('-', ':');
        for (int character = Number(parts[0]); character <= Number(parts[1]); character++)
        {
            _classes.Add(character, byte.Parse(parts[2], CultureInfo.InvariantCulture));
        }
    }

    /// <param name="entry"><c>100-12E/2:1</c>: every second one from 100 to 12E, less 1.</param>
    private void AddLowerCase(string entry)
    {
        string[] parts = entry.Split(['-', '/', ':'], count: 4);
        bool isNegative = parts[3].StartsWith('-');
        int delta = Number(parts[3].AsSpan(isNegative ? 1 : 0));
        for (int character = Number(parts[0]); character <= Number(parts[1]); character += Number(parts[2]))
        {
            _lowerCase.Add(character, character + (isNegative ? -delta : delta));
        }
    }

    private void MarkWhatIsNotInert()
    {
        IEnumerable<int> jamo = Enumerable.Range(Hangul.FirstVowel, Hangul.LastTrailing - Hangul.FirstVowel + 1);
        foreach (int character in _classes.Keys.Concat(_compositions.Keys.Select(pair => pair.Second)).Concat(jamo))
        {
            _isInert[character] = false;
        }

        foreach ((int character, int[] parts) in _decompositions)
        {
            _isInert[character] &= parts.Length == 2 && Compose(parts[0], parts[1]) == character;
        }
    }

    private static int Number(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

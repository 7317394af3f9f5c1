using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>
/// A unit of a text: a grapheme cluster and the characters after it that belong to it, namely invisible characters and marks behind them.
/// White space takes nothing after it.
/// </summary>
/// <param name="Kind">The part that the unit plays in a word.</param>
/// <param name="End">The index after its last character.</param>
/// <param name="Joins">The kinds of units that it joins to one word if it stands between two of them.</param>
internal readonly record struct TextUnit(TextUnit.Kinds Kind, int End, TextUnit.Kinds Joins)
{
    private const char EmojiSelector = '\uFE0F', Keycap = '\u20E3', InformationSource = '\u2139';

    [Flags]
    internal enum Kinds
    {
        None = 0,
        Letter = 1,
        Digit = 2,
        LetterOrDigit = Letter | Digit,
        Symbol = 4,

        /// <summary>Marks without a base: at the beginning of a text, or after a control character.</summary>
        Marks = 8,

        /// <summary>Invisible characters alone.</summary>
        Invisible = 16,

        /// <summary>White space and U+200B.</summary>
        Break = 32,
    }

    public bool IsWordPart => (Kind & Kinds.LetterOrDigit) != 0;

    /// <summary>Returns the unit that begins at an index.</summary>
    public static TextUnit At(string text, int start)
    {
        int end = start + LengthOfCluster(text, start);
        ReadOnlySpan<char> cluster = text.AsSpan(start..end);
        Kinds kind = KindOf(cluster);
        while (kind is not (Kinds.Break or Kinds.Invisible) && end < text.Length)
        {
            int next = end + LengthOfCluster(text, end);
            if (KindOf(text.AsSpan(end..next)) is not (Kinds.Invisible or Kinds.Marks))
            {
                break;
            }

            end = next;
        }

        return new(kind, end, kind == Kinds.Symbol ? JoinedBy(text.AsSpan(start..end)) : Kinds.None);
    }

    private static int LengthOfCluster(string text, int start) => StringInfo.GetNextTextElementLength(text.AsSpan(start));

    private static Kinds KindOf(ReadOnlySpan<char> cluster)
    {
        Rune first = First(cluster);
        if (first.IsAscii && cluster.Length == 1)
        {
            return Rune.IsWhiteSpace(first) ? Kinds.Break : KindOfBase(first);
        }

        if (first.Value == Invisible.ZeroWidthSpace || (Rune.IsWhiteSpace(first) && IsAll(cluster, IsSpaceOrInvisible)))
        {
            return Kinds.Break;
        }

        return IsAll(cluster, Invisible.Is) ? Kinds.Invisible
            : IsAll(cluster, IsMarkOrInvisible) ? Kinds.Marks
            : KindOf(cluster, BaseOf(cluster));
    }

    private static Kinds KindOf(ReadOnlySpan<char> cluster, Rune basis)
    {
        bool mayBeEmoji = Rune.IsDigit(basis) || basis.Value == InformationSource;
        return mayBeEmoji && cluster.ContainsAny(EmojiSelector, Keycap) ? Kinds.Symbol : KindOfBase(basis);
    }

    private static Kinds KindOfBase(Rune basis) => Rune.IsLetter(basis) ? Kinds.Letter : Rune.IsDigit(basis) ? Kinds.Digit : Kinds.Symbol;

    /// <summary>
    /// Returns the kinds that a sign joins: points and commas join digits, apostrophes join letters and digits, if no mark changes them.
    /// </summary>
    private static Kinds JoinedBy(ReadOnlySpan<char> unit)
    {
        Rune first = First(unit);
        Kinds joined = first.Value switch
        {
            '\'' or '’' => Kinds.LetterOrDigit,
            '.' or ',' or '\u066B' or '\u066C' or '\uFF0C' or '\uFF0E' => Kinds.Digit,
            _ => Kinds.None,
        };
        return joined != Kinds.None && IsAll(unit[first.Utf16SequenceLength..], Invisible.Is) ? joined : Kinds.None;
    }

    /// <summary>
    /// Returns the base of a cluster: the first character that is not a format sign such as U+0600, which precedes the digits it spans.
    /// </summary>
    private static Rune BaseOf(ReadOnlySpan<char> cluster)
    {
        foreach (Rune character in cluster.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(character) != UnicodeCategory.Format)
            {
                return character;
            }
        }

        return First(cluster);
    }

    private static Rune First(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out Rune first, out _);
        return first;
    }

    private static bool IsAll(ReadOnlySpan<char> text, Func<Rune, bool> condition)
    {
        foreach (Rune character in text.EnumerateRunes())
        {
            if (!condition(character))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSpaceOrInvisible(Rune character) => Rune.IsWhiteSpace(character) || Invisible.Is(character);

    private static bool IsMarkOrInvisible(Rune character) => Invisible.Is(character) || Rune.GetUnicodeCategory(character)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

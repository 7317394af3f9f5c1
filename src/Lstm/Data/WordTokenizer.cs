using System.Text;

namespace Lstm;

/// <summary>Divides texts into words by simple rules, for languages that write spaces between words.</summary>
/// <remarks>
/// Words are divided at the borders of grapheme clusters, so that a letter keeps its accents, and flags, keycaps, skin tones and families
/// stay whole. Invisible characters divide nothing and belong to what is before them: joiners, soft hyphens, variation selectors,
/// marks of direction, and a byte order mark within a text. Where nothing is before them they are left out, as is a byte order mark at
/// the beginning. U+200B alone divides as white space does.
/// <para>
/// The rules are those of Unicode Standard Annex 29 in a simpler form. What differs: white space is left out; a point, colon, middle dot
/// or underscore between letters divides (<c>a.b</c>, <c>a_b</c>, addresses), as do other signs between digits than points and commas
/// (<c>1;2</c>); an apostrophe may stand between digits and letters; the letters of languages that write no spaces (Chinese, Japanese,
/// Thai) are not divided; Hebrew quotation marks within words divide; numbers such as <c>²</c> and <c>Ⅷ</c>, which are not digits, stand
/// alone. As in the annex, signs before numbers and behind them are words of their own (<c>-5</c>, <c>10%</c>), and a point or comma that
/// no digit follows divides (<c>3,</c>).
/// </para>
/// The outcome is the same in every culture and in globalization-invariant mode.
/// </remarks>
public static class WordTokenizer
{
    /// <summary>
    /// Divides a text into words. A word is a longest run of letters and digits with their marks; an apostrophe (' or ’) between two of
    /// them, and a point or comma between two digits, are part of it. Every other grapheme cluster is a word of its own, except white
    /// space, which only divides: <c>Don't panic, R2: 1,000.5!</c> has <c>Don't</c> <c>panic</c> <c>,</c> <c>R2</c> <c>:</c>
    /// <c>1,000.5</c> <c>!</c>.
    /// </summary>
    /// <param name="text">The text; half a surrogate pair is read as U+FFFD.</param>
    /// <param name="lowerCase">Whether words are brought into lower case, by Unicode's rules for any language.</param>
    public static IEnumerable<string> Tokenize(string text, bool lowerCase = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        string whole = text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text))       // the encoding replaces halves
            : text;
        return Divide(lowerCase ? LowerCase.Of(whole) : whole);
    }

    private static IEnumerable<string> Divide(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            TextUnit first = TextUnit.At(text, start);
            int end = first.IsWordPart ? EndOfWord(text, first) : first.End;
            if (first.Kind is not (TextUnit.Kinds.Break or TextUnit.Kinds.Invisible))
            {
                yield return text[start..end];
            }

            start = end;
        }
    }

    private static int EndOfWord(string text, TextUnit last)
    {
        while (last.End < text.Length)
        {
            TextUnit next = TextUnit.At(text, last.End);
            bool joins = (next.Joins & last.Kind) != 0 && next.End < text.Length;
            TextUnit part = joins ? TextUnit.At(text, next.End) : next;
            if (!part.IsWordPart || (joins && (next.Joins & part.Kind) == 0))
            {
                break;
            }

            last = part;
        }

        return last.End;
    }
}

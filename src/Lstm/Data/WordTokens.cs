using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>A simple division of texts into words, for languages that write spaces between them.</summary>
public static class WordTokens
{
    /// <summary>
    /// The words of a text. A word is a longest run of letters, digits and combining marks, with apostrophes (' and ’) between two of them; every
    /// other character is a word of its own, but white space, which only divides: <c>Don't panic, R2!</c> has <c>Don't</c> <c>panic</c> <c>,</c>
    /// <c>R2</c> <c>!</c>.
    /// </summary>
    /// <param name="text">The text; half a surrogate pair is read as U+FFFD.</param>
    /// <param name="lowerCase">Whether upper case is made lower case, by Unicode's rules for any language.</param>
    public static IEnumerable<string> Of(string text, bool lowerCase = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Divide(lowerCase ? text.ToLowerInvariant() : text);
    }

    private static IEnumerable<string> Divide(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            Rune first = RuneAt(text, start, out int end);
            if (IsWordPart(first))
            {
                end = EndOfWord(text, end);
                yield return text[start..end];
            }
            else if (!Rune.IsWhiteSpace(first))
            {
                yield return first.ToString();
            }

            start = end;
        }
    }

    private static int EndOfWord(string text, int end)
    {
        while (end < text.Length)
        {
            Rune rune = RuneAt(text, end, out int next);
            if (IsApostrophe(rune) && next < text.Length)
            {
                rune = RuneAt(text, next, out next);
            }

            if (!IsWordPart(rune))
            {
                break;
            }

            end = next;
        }

        return end;
    }

    private static Rune RuneAt(string text, int index, out int next)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out int length);
        next = index + length;
        return rune;
    }

    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or '’';

    private static bool IsWordPart(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>Describes characters and places of a text for messages.</summary>
internal static class TextPlace
{
    /// <summary>Describes a character as <c>'q' (U+0071)</c>, or by its number alone if it does not show by itself.</summary>
    public static string Describe(Rune character)
    {
        string number = $"U+{character.Value:X4}";
        return Shows(character) ? $"'{character}' ({number})" : number;
    }

    /// <summary>Describes a place as <c>index 17</c>, with line and column if the text has several lines.</summary>
    public static string Of(string text, int index)
    {
        int line = 1, start = 0;
        for (int k = 0; k < index; k++)
        {
            // A carriage return ends a line, unless a line feed follows: then that ends it.
            if (text[k] == '\n' || (text[k] == '\r' && text[k + 1] != '\n'))
            {
                (line, start) = (line + 1, k + 1);
            }
        }

        bool hasLines = text.AsSpan().IndexOfAny('\r', '\n') >= 0;
        int column = text[start..index].EnumerateRunes().Count() + 1;
        return $"index {index} of the text{(hasLines ? $", line {line}, column {column}" : "")}";
    }

    private static bool Shows(Rune character) => !Invisible.Is(character) && Rune.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.EnclosingMark);
}

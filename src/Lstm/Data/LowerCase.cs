using System.Text;

namespace Lstm;

/// <summary>
/// Makes lower case by Unicode's simple mapping, for any language: the same in every culture, on every system and in
/// globalization-invariant mode.
/// </summary>
internal static class LowerCase
{
    /// <summary>Returns the text with every character in lower case. Half a surrogate pair is read as U+FFFD.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        StringBuilder lower = new(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            lower.Append(new Rune(UnicodeData.Instance.LowerCaseOf(character.Value)));
        }

        return lower.ToString();
    }
}

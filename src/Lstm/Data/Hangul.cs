namespace Lstm;

/// <summary>Composes and decomposes the syllables of Hangul by arithmetic. Source: the Unicode Standard, section 3.12.</summary>
internal static class Hangul
{
    /// <summary>The first vowel and the last trailing consonant: these jamo combine with the character before them.</summary>
    public const int FirstVowel = 0x1161, LastTrailing = FirstTrailing + Trailings - 1;

    private const int FirstSyllable = 0xAC00, FirstLeading = 0x1100, FirstTrailing = 0x11A7;
    private const int Leadings = 19, Vowels = 21, Trailings = 28, Syllables = Leadings * Vowels * Trailings;

    /// <summary>Returns the two or three jamo of a syllable; null for a character that is not a syllable.</summary>
    public static int[]? Decompose(int character)
    {
        int syllable = character - FirstSyllable;
        if ((uint)syllable >= Syllables)
        {
            return null;
        }

        int leading = FirstLeading + syllable / (Vowels * Trailings), vowel = FirstVowel + syllable / Trailings % Vowels;
        int trailing = syllable % Trailings;
        return trailing == 0 ? [leading, vowel] : [leading, vowel, FirstTrailing + trailing];
    }

    /// <summary>
    /// Returns the syllable of a leading consonant and a vowel, or of such a syllable and a trailing consonant; -1 if there is none.
    /// </summary>
    public static int Compose(int first, int second)
    {
        int leading = first - FirstLeading, vowel = second - FirstVowel;
        if ((uint)leading < Leadings && (uint)vowel < Vowels)
        {
            return FirstSyllable + (leading * Vowels + vowel) * Trailings;
        }

        int syllable = first - FirstSyllable, trailing = second - FirstTrailing;
        return (uint)syllable < Syllables && syllable % Trailings == 0 && trailing is > 0 and < Trailings ? first + trailing : -1;
    }
}

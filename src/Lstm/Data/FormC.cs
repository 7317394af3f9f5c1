using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Lstm;

/// <summary>
/// Normalisation form C: a letter and its marks become one character where Unicode has such a character, and marks have a fixed order.
/// Half a surrogate pair stays as it is. Sources: Unicode Standard Annex 15, and definitions D108 to D117 of section 3.11 of the
/// standard.
/// </summary>
internal static class FormC
{
    /// <summary>All characters below this one are the same in form C, and never combine with a character before them.</summary>
    private const char FirstThatChanges = '\u0300';

    /// <summary>Returns the text in form C: the same instance if it is in that form already.</summary>
    public static string Of(string text)
    {
        int first = FirstNotInert(text);
        return first < 0 ? text : Normalize(text, StartOfSegment(text, first), new StringBuilder(text.Length));
    }

    /// <summary>Returns the part of a text from which the character at an index of its form C comes; for messages.</summary>
    public static Range SegmentAt(string text, int indexInFormC)
    {
        int end = 0;
        for (int start = 0, length = 0; start < text.Length; start = end)
        {
            end = EndOfSegment(text, start);
            length += Of(text[start..end]).Length;
            if (length > indexInFormC)
            {
                return start..end;
            }
        }

        return end..end;
    }

    /// <returns>The index of the first character that changes or may combine with the one before it; -1 for none.</returns>
    private static int FirstNotInert(string text)
    {
        int index = text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstThatChanges - 1));
        for (int next; index >= 0 && index < text.Length; index = next)
        {
            if (!UnicodeData.Instance.IsInert(CharacterAt(text, index, out next)))
            {
                return index;
            }
        }

        return -1;
    }

    private static string Normalize(string text, int from, StringBuilder result)
    {
        result.Append(text, 0, from);
        List<int> segment = [];
        while (from < text.Length)
        {
            int end = EndOfSegment(text, from);
            if (end - from == 1 && UnicodeData.Instance.IsInert(text[from]))
            {
                result.Append(text[from]);
            }
            else
            {
                NormalizeSegment(text, from, end, segment);
                segment.ForEach(character => Append(result, character));
            }

            from = end;
        }

        return result.ToString();
    }

    /// <summary>
    /// Returns the end of a segment: a character and the characters after it that may combine with it. Nothing is composed or moved
    /// across segments.
    /// </summary>
    private static int EndOfSegment(string text, int start)
    {
        CharacterAt(text, start, out int end);
        while (end < text.Length && HasPartInWhatIsBefore(CharacterAt(text, end, out int next)))
        {
            end = next;
        }

        return end;
    }

    private static int StartOfSegment(string text, int index)
    {
        // The segment begins with the character before the index, since all characters before the index are inert.
        int before = index - 1;
        return before <= 0 ? Math.Max(0, before) : before - (char.IsSurrogatePair(text[before - 1], text[before]) ? 1 : 0);
    }

    /// <summary>
    /// Tells whether a character may combine with those before it. Some characters change although they begin a segment, such as U+212B,
    /// and are wrongly counted in: that joins two segments and does no other harm.
    /// </summary>
    private static bool HasPartInWhatIsBefore(int character) => character >= FirstThatChanges && !UnicodeData.Instance.IsInert(character);

    private static void NormalizeSegment(string text, int start, int end, List<int> segment)
    {
        segment.Clear();
        while (start < end)
        {
            Decompose(CharacterAt(text, start, out start), segment);
        }

        SortMarks(segment);
        Compose(segment);
    }

    private static void Decompose(int character, List<int> parts)
    {
        if (UnicodeData.Instance.Decompose(character) is { } composed)
        {
            foreach (int part in composed)
            {
                Decompose(part, parts);
            }
        }
        else
        {
            parts.Add(character);
        }
    }

    /// <summary>Sorts marks by class. Marks of one class keep their order, and characters without a class stay where they are.</summary>
    private static void SortMarks(List<int> characters)
    {
        UnicodeData data = UnicodeData.Instance;
        for (int start = 0, end; start < characters.Count; start = end + 1)
        {
            end = start;
            while (end < characters.Count && data.ClassOf(characters[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] sorted = [.. characters[start..end].OrderBy(data.ClassOf)];
                sorted.CopyTo(CollectionsMarshal.AsSpan(characters)[start..]);
            }
        }
    }

    /// <summary>
    /// Composes each character with the last base before it, unless a character of the same class, or without a class, stands between
    /// them.
    /// </summary>
    private static void Compose(List<int> characters)
    {
        UnicodeData data = UnicodeData.Instance;
        int kept = 0, basis = -1;
        byte before = 0;
        for (int k = 0; k < characters.Count; k++)
        {
            int character = characters[k];
            byte own = data.ClassOf(character);
            bool isNext = basis == kept - 1;
            if (basis >= 0 && (isNext || before < own) && data.Compose(characters[basis], character) is >= 0 and int composed)
            {
                characters[basis] = composed;
                continue;
            }

            basis = own == 0 ? kept : basis;
            before = own;
            characters[kept++] = character;
        }

        characters.RemoveRange(kept, characters.Count - kept);
    }

    private static int CharacterAt(string text, int index, out int next)
    {
        bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out int length) == OperationStatus.Done;
        next = index + length;
        return isWhole ? rune.Value : text[index];
    }

    private static void Append(StringBuilder text, int character)
    {
        if (character > char.MaxValue)
        {
            text.Append(char.ConvertFromUtf32(character));
        }
        else
        {
            text.Append((char)character);
        }
    }
}

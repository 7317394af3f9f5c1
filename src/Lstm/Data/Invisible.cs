using System.Text;

namespace Lstm;

/// <summary>
/// Tells which characters are invisible where they are supported: joiners, variation selectors, soft hyphens, direction marks, fillers.
/// </summary>
internal static class Invisible
{
    /// <summary>The mark that may stand before a text in a file to tell its encoding. Elsewhere, in old texts, it joins words.</summary>
    public const char ByteOrderMark = '\uFEFF';

    /// <summary>A place where languages without spaces may break a line. Unlike the other invisible characters, it divides words.</summary>
    public const char ZeroWidthSpace = '\u200B';

    /// <summary>Tells whether a character has the property Default_Ignorable_Code_Point of the Unicode character database.</summary>
    public static bool Is(Rune character) => character.Value is 0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8)
        or (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF);
}

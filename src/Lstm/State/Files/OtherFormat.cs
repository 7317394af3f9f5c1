using System.Text;

namespace Lstm.Files;

/// <summary>Recognises files that are often given in place of a model, files of other programs and texts, by their first bytes.</summary>
internal static class OtherFormat
{
    /// <summary>The number of bytes that are enough to recognise a file.</summary>
    public const int Length = 64;

    // Sources: APPNOTE 4.3.7, RFC 1952, HDF5 II.A, NumPy's NEP 1, Python's pickle protocols, the Git LFS specification.
    private static readonly (byte[] Start, string What)[] s_formats =
    [
        ([.. "PK\u0003\u0004"u8], "a ZIP archive, as PyTorch (.pt, .pth) and Keras (.keras) write them"),
        ([0x1F, 0x8B], "a file packed with gzip"),
        ([0x89, .. "HDF\r\n"u8], "an HDF5 file, as Keras writes them (.h5)"),
        ([0x93, .. "NUMPY"u8], "a NumPy array (.npy)"),
        ([0x80, 2], "a Python pickle, as old versions of PyTorch write them (.pt)"),
        ([.. "GGUF"u8], "a GGUF file"),
        ([.. "version https://git-lfs"u8], "a pointer of Git LFS to a file that was not fetched"),
    ];

    /// <param name="start">The first bytes of a file, <see cref="Length"/> if it has that many.</param>
    /// <returns>The kind of the file; null if it is not known.</returns>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        foreach ((byte[] first, string what) in s_formats)
        {
            if (start.StartsWith(first))
            {
                return what;
            }
        }

        return Text(start);
    }

    private static string? Text(ReadOnlySpan<byte> start)
    {
        string text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        bool isText = text != "" && !start.ContainsAnyInRange((byte)0, (byte)8) && !start.ContainsAnyInRange((byte)14, (byte)31)
            && !text.AsSpan(0, Math.Max(1, text.Length - 4)).Contains('\uFFFD');     // the last character may be cut off
        return !isText ? null
            : text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) ? "a web page (HTML)"
            : text[0] == '<' ? "XML"
            : text[0] is '{' or '[' ? "JSON"
            : "a text";
    }
}

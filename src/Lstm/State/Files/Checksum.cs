using System.Security.Cryptography;
using System.Text;

namespace Lstm.Files;

/// <summary>
/// Writes and verifies the SHA-256 of a safetensors file, which is kept among its metadata. It covers all bytes of the file, with zeros in
/// place of the checksum itself.
/// </summary>
internal static class Checksum
{
    public const string Key = "sha256";

    private const int ChunkLength = 1 << 16;

    /// <summary>The text in place of the checksum while it is being computed.</summary>
    public static string Blank { get; } = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Writes a file through a stream that hashes it, and then the checksum into its place.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <param name="header">The header, with <see cref="Blank"/> as its checksum.</param>
    /// <param name="writeData">Writes the data.</param>
    public static void Write(Stream stream, byte[] header, Action<Stream> writeData)
    {
        using SHA256 sha = SHA256.Create();
        using (CryptoStream hashed = new(stream, sha, CryptoStreamMode.Write, leaveOpen: true))
        {
            hashed.Write(header);
            writeData(hashed);
        }

        stream.Position = PlaceOf(Blank, header);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(sha.Hash!)));
    }

    /// <summary>Reads a whole file and compares its checksum.</summary>
    /// <param name="stream">The file; its position is moved.</param>
    /// <param name="header">Its header.</param>
    /// <exception cref="InvalidDataException">There is no checksum, or it does not match the bytes.</exception>
    public static void Verify(Stream stream, SafetensorsHeader header)
    {
        if (!header.Metadata.TryGetValue(Key, out string? expected) || expected.Length != Blank.Length)
        {
            throw new InvalidDataException($"Expected a checksum '{Key}' of {Blank.Length} digits, but the file has none.");
        }

        byte[] buffer = new byte[Math.Max(ChunkLength, header.DataStart)];
        stream.Position = 0;
        stream.ReadExactly(buffer, 0, (int)header.DataStart);
        int place = PlaceOf(expected, buffer.AsSpan(0, (int)header.DataStart));
        if (place >= 0)
        {
            Encoding.ASCII.GetBytes(Blank).CopyTo(buffer, place);
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(buffer, 0, (int)header.DataStart);
        for (int read; (read = stream.Read(buffer, 0, ChunkLength)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != expected)
        {
            throw new InvalidDataException($"Expected bytes with the {Key} {expected}, but they have {actual}: the file is damaged.");
        }
    }

    /// <summary>Returns the place of the checksum, the first of the metadata; -1 if it is written in another way.</summary>
    private static int PlaceOf(string checksum, ReadOnlySpan<byte> header)
    {
        byte[] member = Encoding.UTF8.GetBytes($"\"{Key}\":\"{checksum}\"");
        int place = header.IndexOf(member);
        return place < 0 ? -1 : place + member.Length - 1 - checksum.Length;
    }
}

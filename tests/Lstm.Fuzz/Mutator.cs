using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Lstm.Fuzz;

/// <summary>Damages files, each in one to three ways. Lengths and checksums are made right again at times, so that what lies behind their checks is reached.</summary>
internal sealed class Mutator(Random random)
{
    private const int PrefixLength = 8, DigestLength = 64;

    private static readonly string[] s_numbers =
    [
        "0", "1", "-1", "-5", "2", "255", "65536", "100000000", "2147483646", "2147483647", "2147483648", "4294967296", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e300", "-1e300", "1e-300", "1e999", "0.5", "NaN", "Infinity", "-0", "00", "",
    ];

    private static readonly string[] s_texts =
    [
        "{", "}", "[", "]", "\"", ",", ":", "\\", "\\ud800", "\\u0000", "null", "{}", "[]", "\"a\":\"b\",", "__metadata__", "F64", "BF16", "p,p", "/", "model", "\0", "\u00FF",
    ];

    /// <summary>A damaged file.</summary>
    /// <param name="sound">Files that are sound.</param>
    /// <param name="isSafetensors">Whether they have a header of a length that is told.</param>
    /// <param name="hasChecksum">Whether that has a checksum.</param>
    public byte[] Damage(IReadOnlyList<byte[]> sound, bool isSafetensors, bool hasChecksum)
    {
        byte[] file = [.. sound[random.Next(sound.Count)]];
        int header = isSafetensors ? HeaderEnd(file) : file.Length;
        int before = file.Length;

        // Half of them have other numbers in an otherwise sound file, and get beyond its parser.
        bool onlyNumbers = random.Next(2) == 0;
        for (int changes = random.Next(1, 4); changes > 0 && file.Length > 0; changes--)
        {
            int headerNow = Math.Clamp(header + file.Length - before, 0, file.Length);
            file = onlyNumbers ? OtherNumber(file, headerNow, random.Next(isSafetensors ? PrefixLength : 0, Math.Max(PrefixLength + 1, headerNow))) : DamageOnce(file, headerNow, sound);
        }

        if (isSafetensors && file.Length >= PrefixLength && (onlyNumbers || random.Next(4) != 0))
        {
            // What was inserted or removed lies in the header more often than not.
            BinaryPrimitives.WriteInt64LittleEndian(file, Math.Max(0, header - PrefixLength + file.Length - before));
        }

        if (isSafetensors && file.Length >= PrefixLength && !onlyNumbers && random.Next(6) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)random.NextInt64() >> random.Next(64));
        }

        if (hasChecksum && random.Next(8) != 0)
        {
            Seal(file);
        }

        return file;
    }

    private byte[] DamageOnce(byte[] file, int header, IReadOnlyList<byte[]> sound)
    {
        int at = random.Next(file.Length), inHeader = random.Next(Math.Max(1, header));
        return random.Next(9) switch
        {
            0 => file[..at],
            1 => Changed(file, at, value => (byte)(value ^ (1 << random.Next(8)))),
            2 => Changed(file, inHeader, _ => (byte)random.Next(256)),
            3 => [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 40))..]],
            4 => [.. file[..at], .. Part(file), .. file[at..]],
            5 => [.. file[..at], .. Part(sound[random.Next(sound.Count)]), .. file[Math.Min(file.Length, at + random.Next(200))..]],
            6 => [.. file[..inHeader], .. Encoding.UTF8.GetBytes(s_texts[random.Next(s_texts.Length)]), .. file[inHeader..]],
            _ => OtherNumber(file, header, inHeader),
        };
    }

    private static byte[] Changed(byte[] file, int at, Func<byte, byte> change)
    {
        file[at] = change(file[at]);
        return file;
    }

    private byte[] Part(byte[] file)
    {
        int start = random.Next(file.Length), length = random.Next(Math.Min(300, file.Length - start));
        return file[start..(start + length)];
    }

    /// <summary>Puts another number in the place of the next one of the header.</summary>
    private byte[] OtherNumber(byte[] file, int header, int from)
    {
        int start = Math.Min(from, file.Length), named = file.AsSpan(start).IndexOf("number."u8);
        if (named >= 0 && random.Next(4) != 0)
        {
            // One of a state, and not of the place of a tensor.
            start += named + Math.Max(0, file.AsSpan(start + named).IndexOf(":\""u8));
        }

        while (start < header && !char.IsAsciiDigit((char)file[start]))
        {
            start++;
        }

        int end = start;
        while (end < header && (char.IsAsciiDigit((char)file[end]) || file[end] is (byte)'.' or (byte)'E' or (byte)'-'))
        {
            end++;
        }

        return [.. file[..start], .. Encoding.ASCII.GetBytes(s_numbers[random.Next(s_numbers.Length)]), .. file[end..]];
    }

    private static int HeaderEnd(byte[] file) => PrefixLength + (int)BinaryPrimitives.ReadInt64LittleEndian(file);

    private static void Seal(byte[] file)
    {
        int place = file.AsSpan().IndexOf("\"sha256\":\""u8) + 10;
        if (place < 10 || place + DigestLength > file.Length)
        {
            return;
        }

        file.AsSpan(place, DigestLength).Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file))).CopyTo(file, place);
    }
}

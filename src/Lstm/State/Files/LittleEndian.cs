using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Files;

/// <summary>Reads and writes numbers of 4 or 8 bytes with the lowest byte first, as files keep them on any machine.</summary>
internal static class LittleEndian
{
    // An array of numbers can have more bytes than a span can count.
    private const int ChunkLength = 1 << 16;

    public static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged => Write(stream, values, swap: !BitConverter.IsLittleEndian);

    public static void Read<T>(Stream stream, Span<T> values)
        where T : unmanaged => Read(stream, values, swap: !BitConverter.IsLittleEndian);

    internal static void Write<T>(Stream stream, ReadOnlySpan<T> values, bool swap)
        where T : unmanaged
    {
        T[] swapped = swap ? new T[Math.Min(ChunkLength, values.Length)] : [];
        while (!values.IsEmpty)
        {
            ReadOnlySpan<T> chunk = values[..Math.Min(ChunkLength, values.Length)];
            values = values[chunk.Length..];
            if (swap)
            {
                chunk.CopyTo(swapped);
                Swap<T>(swapped);
                chunk = swapped.AsSpan(0, chunk.Length);
            }

            stream.Write(MemoryMarshal.AsBytes(chunk));
        }
    }

    internal static void Read<T>(Stream stream, Span<T> values, bool swap)
        where T : unmanaged
    {
        while (!values.IsEmpty)
        {
            Span<T> chunk = values[..Math.Min(ChunkLength, values.Length)];
            values = values[chunk.Length..];
            stream.ReadExactly(MemoryMarshal.AsBytes(chunk));
            if (swap)
            {
                Swap(chunk);
            }
        }
    }

    // Swaps integers: a signalling NaN that passes through a floating-point register may become quiet.
    private static void Swap<T>(Span<T> values)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(uint))
        {
            Span<uint> words = MemoryMarshal.Cast<T, uint>(values);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else
        {
            Span<ulong> words = MemoryMarshal.Cast<T, ulong>(values);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}

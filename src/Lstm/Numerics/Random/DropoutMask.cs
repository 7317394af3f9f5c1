using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>
/// Draws factors for dropout by position from <see cref="PhiloxBlocks"/>: the factors of a row do not depend on the thread that draws them,
/// on the order in which rows are drawn, or on whether they are float or double.
/// </summary>
internal static class DropoutMask
{
    private const int BlocksAtOnce = 8 * PhiloxBlocks.Multiple, WordsOfBlock = 4;

    /// <summary>
    /// Effectively computes <c>mask[j] = u_j &lt; keep ? value : 0</c> for one row of the mask that begins at a counter, with u_j uniform
    /// in [0, 1), 32 random bits each; <paramref name="keep"/> is greater than 0.
    /// </summary>
    public static void Fill<T>(ulong seed, UInt128 counter, long row, double keep, T value, Span<T> mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        uint largestKept = (uint)(Math.Ceiling(keep * (1UL << 32)) - 1);
        (ulong stream, ulong position) = ((ulong)(counter >> 64), (ulong)counter + (ulong)row * (ulong)BlocksOf(mask.Length));
        Span<ulong> buffer = stackalloc ulong[BlocksAtOnce * WordsOfBlock / 2];
        for (; !mask.IsEmpty; position += BlocksAtOnce)
        {
            Span<T> some = mask[..Math.Min(BlocksAtOnce * WordsOfBlock, mask.Length)];
            int blocks = (BlocksOf(some.Length) + PhiloxBlocks.Multiple - 1) / PhiloxBlocks.Multiple * PhiloxBlocks.Multiple;
            PhiloxBlocks.Fill(seed, stream, position, buffer[..(blocks * WordsOfBlock / 2)]);
            Select(MemoryMarshal.Cast<ulong, uint>(buffer), largestKept, value, some);
            mask = mask[some.Length..];
        }
    }

    private static int BlocksOf(int words) => (words + WordsOfBlock - 1) / WordsOfBlock;

    /// <summary>
    /// Effectively computes <c>mask[j] = word j &lt;= largestKept ? value : 0</c>, without branches, half of which would be mispredicted.
    /// </summary>
    private static void Select<T>(ReadOnlySpan<uint> words, uint largestKept, T value, Span<T> mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int j = 0;
        Vector<uint> largest = new(largestKept);
        Vector<T> kept = new(value);
        for (; Simd.IsVector && j <= mask.Length - Vector<uint>.Count; j += Vector<uint>.Count)
        {
            Vector<int> isKept = Vector.LessThanOrEqual(new Vector<uint>(words[j..]), largest).As<uint, int>();
            if (typeof(T) == typeof(float))
            {
                (isKept.As<int, T>() & kept).CopyTo(mask[j..]);
            }
            else
            {
                Vector.Widen(isKept, out Vector<long> lower, out Vector<long> upper);
                (lower.As<long, T>() & kept).CopyTo(mask[j..]);
                (upper.As<long, T>() & kept).CopyTo(mask[(j + Vector<T>.Count)..]);
            }
        }

        long bits = typeof(T) == typeof(float) ? Unsafe.BitCast<T, int>(value) : Unsafe.BitCast<T, long>(value);
        for (; j < mask.Length; j++)
        {
            long isKept = ((long)words[j] - largestKept - 1) >> 63;
            mask[j] = typeof(T) == typeof(float) ? Unsafe.BitCast<int, T>((int)(bits & isKept)) : Unsafe.BitCast<long, T>(bits & isKept);
        }
    }
}

using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Computes Philox4x32-10 of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011), for many counters at once. The words of a
/// counter are c0 c1 c2 c3, those of the key k0 k1; hi and lo are the words of a product.
/// <code>
/// c0, c1, c2, c3 = hi(M1*c2) ^ c1 ^ k0, lo(M1*c2), hi(M0*c0) ^ c3 ^ k1, lo(M0*c0);   k0, k1 += W0, W1      10 times
/// </code>
/// One pair holds c0 and c2, another c1 and c3, so that one operation gives both products, and the result has the words in the order in
/// which they are read: c0 c1 c2 c3.
/// </summary>
internal static unsafe class PhiloxBlocks
{
    /// <summary>The number of counters in the widest lane: blocks are drawn in multiples of it.</summary>
    public const int Multiple = 4;

    private const int Rounds = 10;

    /// <summary>Returns the 128 random bits of one counter; the first word is the lowest.</summary>
    public static UInt128 Block(UInt128 counter, ulong key)
    {
        ulong* words = stackalloc ulong[2];
        Fill<ScalarPhiloxLane>(key, (ulong)(counter >> 64), (ulong)counter, words, count: 2);
        return new UInt128(words[1], words[0]);
    }

    /// <summary>
    /// Computes the words of neighbouring counters, which are the same in every lane: two in each number, the lower first. The stream is
    /// the upper half of the counters, the position the lower half of the first. The length is a multiple of 2 * <see cref="Multiple"/>.
    /// </summary>
    public static void Fill(ulong key, ulong stream, ulong position, Span<ulong> words)
    {
        fixed (ulong* to = words)
        {
            if (Simd.IsWide)
            {
                Fill<Vector512PhiloxLane>(key, stream, position, to, words.Length);
            }
            else if (Simd.IsVector)
            {
                Fill<VectorPhiloxLane>(key, stream, position, to, words.Length);
            }
            else
            {
                Fill<ScalarPhiloxLane>(key, stream, position, to, words.Length);
            }
        }
    }

    [MethodImpl(LaneLoop.Kernel)]
    public static void Fill<TLane>(ulong key, ulong stream, ulong position, ulong* words, int count)
        where TLane : unmanaged, IPhiloxLane<TLane>
    {
        TLane multiplier = TLane.Broadcast(0xD2511F53, 0xCD9E8D57), step = TLane.Broadcast(0x9E3779B9, 0xBB67AE85);    // M0 M1, W0 W1
        TLane firstKey = TLane.Broadcast(key, key >> 32);
        for (int at = 0; at < count; at += 2 * TLane.Blocks, position += (ulong)TLane.Blocks)
        {
            TLane c02 = TLane.Counters(position, stream), c13 = TLane.UpperWords(c02), k = firstKey;
            for (int round = 0; round < Rounds; round++, k += step)
            {
                TLane products = TLane.Exchange(c02 * multiplier);
                c02 = TLane.UpperWords(products) ^ c13 ^ k;
                c13 = products;
            }

            TLane.Join(c02, c13).Store(words + at);
        }
    }
}

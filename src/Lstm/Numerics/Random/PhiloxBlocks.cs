using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Philox4x32-10 of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011), of many counters at once. Words of a counter are
/// c0 c1 c2 c3, those of the key k0 k1; hi and lo are the words of a product.
/// <code>
/// c0, c1, c2, c3 = hi(M1*c2) ^ c1 ^ k0, lo(M1*c2), hi(M0*c0) ^ c3 ^ k1, lo(M0*c0);   k0, k1 += W0, W1      10 times
/// </code>
/// A pair holds c0 and c2, another one c1 and c3, so that both products are one, and what comes out lies as the words are read: c0 c1 c2 c3.
/// </summary>
internal static unsafe class PhiloxBlocks
{
    /// <summary>The counters of the widest lane: what is drawn is a multiple of them.</summary>
    public const int Multiple = 4;

    private const int Rounds = 10;

    /// <summary>The 128 random bits of one counter; the first word is the lowest.</summary>
    public static UInt128 Block(UInt128 counter, ulong key)
    {
        ulong* words = stackalloc ulong[2];
        Fill<ScalarPhiloxLane>(key, (ulong)(counter >> 64), (ulong)counter, words, count: 2);
        return new UInt128(words[1], words[0]);
    }

    /// <summary>The words of neighbouring counters, the same in every lane.</summary>
    /// <param name="key">The key.</param>
    /// <param name="stream">The upper half of the counters.</param>
    /// <param name="position">The lower half of the first counter.</param>
    /// <param name="words">Two words of each pair, the lower first: 2 * <see cref="Multiple"/> pairs or a multiple of that.</param>
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

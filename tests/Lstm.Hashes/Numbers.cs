using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Draws numbers, the same ones for a seed in any version of the library: SplitMix64 of Steele et al. (2014).</summary>
internal sealed class Numbers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Draws numbers that are uniform in [-scale, scale).</summary>
    public T[] Draw<T>(int count, double scale = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[count];
        for (int k = 0; k < count; k++)
        {
            values[k] = T.CreateTruncating(scale * ((Next() >> 11) * (2.0 / (1UL << 53)) - 1));
        }

        return values;
    }

    /// <summary>Draws token ids in [0, limit).</summary>
    public int[] DrawTokens(int count, int limit)
    {
        int[] tokens = new int[count];
        for (int k = 0; k < count; k++)
        {
            tokens[k] = (int)(Next() % (ulong)limit);
        }

        return tokens;
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

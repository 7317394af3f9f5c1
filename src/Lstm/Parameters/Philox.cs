namespace Lstm;

/// <summary>
/// Random numbers from a counter: the number at a position depends on seed, stream and position alone, so any part of a sequence can be
/// drawn in any order by any thread. Philox4x32-10 of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011).
/// </summary>
internal struct Philox
{
    private const int Rounds = 10;

    private readonly ulong _seed;
    private readonly ulong _stream;
    private ulong _position;
    private UInt128 _block;
    private int _unread;

    public Philox(ulong seed, ulong stream)
    {
        _seed = seed;
        _stream = stream;
    }

    /// <summary>The next number, uniform in [0, 1) with 53 random bits.</summary>
    public double NextUniform()
    {
        ulong bits = (ulong)NextWord() << 32 | NextWord();
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The 128 random bits of one counter value; the first word is the lowest.</summary>
    internal static UInt128 Block(UInt128 counter, ulong key)
    {
        (uint c0, uint c1, uint c2, uint c3) = ((uint)counter, (uint)(counter >> 32), (uint)(counter >> 64), (uint)(counter >> 96));
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)c0 * 0xD2511F53, p1 = (ulong)c2 * 0xCD9E8D57;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return new UInt128((ulong)c3 << 32 | c2, (ulong)c1 << 32 | c0);
    }

    private uint NextWord()
    {
        if (_unread == 0)
        {
            _block = Block(new UInt128(_stream, _position++), _seed);
            _unread = 4;
        }

        uint word = (uint)_block;
        _block >>= 32;
        _unread--;
        return word;
    }
}

using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Random numbers from a counter: the number at a position depends on seed, stream and position alone, so any part of a sequence can be
/// drawn in any order by any thread. The generator is that of <see cref="PhiloxBlocks"/>.
/// </summary>
internal struct Philox
{
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

    private uint NextWord()
    {
        if (_unread == 0)
        {
            _block = PhiloxBlocks.Block(new UInt128(_stream, _position++), _seed);
            _unread = 4;
        }

        uint word = (uint)_block;
        _block >>= 32;
        _unread--;
        return word;
    }
}

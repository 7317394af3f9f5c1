using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Draws random numbers from a counter: the number at a counter depends on seed and counter alone, so any part of a sequence can be drawn
/// in any order by any thread. The generator is that of <see cref="PhiloxBlocks"/>, with the seed as its key;
/// <see cref="RandomStream"/> has the first counter of each purpose.
/// </summary>
internal struct Philox(ulong seed, UInt128 counter)
{
    private readonly ulong _seed = seed;
    private UInt128 _counter = counter;
    private UInt128 _block;
    private int _unread;

    /// <summary>Returns the next number, uniform in [0, 1) with 53 random bits.</summary>
    public double NextUniform()
    {
        ulong bits = (ulong)NextWord() << 32 | NextWord();
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    private uint NextWord()
    {
        if (_unread == 0)
        {
            _block = PhiloxBlocks.Block(_counter++, _seed);
            _unread = 4;
        }

        uint word = (uint)_block;
        _block >>= 32;
        _unread--;
        return word;
    }
}

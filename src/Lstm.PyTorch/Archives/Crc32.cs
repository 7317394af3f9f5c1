namespace Lstm.PyTorch.Archives;

/// <summary>The checksum of ZIP archives: the cyclic redundancy check of the reversed polynomial EDB88320 (RFC 1952, section 8).</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] s_table = Table();

    /// <summary>Continues a checksum, which is 0 before the first byte.</summary>
    public static uint Add(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint rest = ~checksum;
        foreach (byte value in bytes)
        {
            rest = s_table[(byte)(rest ^ value)] ^ (rest >> 8);
        }

        return ~rest;
    }

    private static uint[] Table()
    {
        uint[] table = new uint[256];
        for (uint k = 0; k < table.Length; k++)
        {
            uint rest = k;
            for (int bit = 0; bit < 8; bit++)
            {
                rest = (rest >> 1) ^ ((rest & 1) * Polynomial);
            }

            table[k] = rest;
        }

        return table;
    }
}

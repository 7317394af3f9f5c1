using System.Numerics;

namespace Lstm.Kernels;

/// <summary>
/// Random factors that depend on seed, stream and position alone, so that they are the same for any number of threads. Each row starts
/// with a counter of its own.
/// </summary>
internal static class DropoutMask
{
    /// <summary>Effectively computes <c>mask[j] = u_j &lt; keep ? value : 0</c> with u_j uniform in [0, 1), 32 random bits each.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">Which mask.</param>
    /// <param name="row">Which row of the mask.</param>
    /// <param name="keep">The probability of a factor that is not 0, in (0, 1].</param>
    /// <param name="value">That factor.</param>
    /// <param name="mask">The row.</param>
    public static void Fill<T>(ulong seed, ulong stream, long row, double keep, T value, Span<T> mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong threshold = (ulong)Math.Ceiling(keep * (1UL << 32)), position = (ulong)row * (ulong)((mask.Length + 3) / 4);
        for (int j = 0; j < mask.Length; position++)
        {
            UInt128 bits = Philox.Block(new UInt128(stream, position), seed);
            for (int end = Math.Min(j + 4, mask.Length); j < end; j++, bits >>= 32)
            {
                mask[j] = (uint)bits < threshold ? value : T.Zero;
            }
        }
    }
}

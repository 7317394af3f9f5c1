namespace Lstm;

/// <summary>
/// Allocates random numbers to purposes. A number that is drawn from a seed is a part of the block at a counter of 128 bits, with the seed
/// as the key (<see cref="Philox"/>). This is the whole allocation of the counters:
/// <code>
/// purpose            bits 127..125   124..64                                      63..0
/// weights            000             number of the parameter (31)                 block
/// gradient check     001             0                                            block
/// order of items     010             epoch, its lower bits (61)                   epoch, its upper bits (2); block (62)
/// order of batches   011             epoch, its lower bits (61)                   epoch, its upper bits (2); block (62)
/// masks              1               number of the segment (63, from bit 126 on)  number of the mask (32); block (32)
/// </code>
/// <para>
/// No two purposes have a counter in common, as their upper three bits differ. Within a purpose the fields lie side by side, and none
/// outgrows its width: a model has fewer than 2^31 parameters; epochs and segments are numbered from 0 to 2^63 - 1, and
/// <see cref="Bptt{T}.WindowCount"/> refuses windows beyond that; the count of masks is checked; an order of n items takes fewer than n
/// blocks; and a mask [steps, batch, width] has fewer than 2^31 elements and takes at most one block for each. An
/// <see cref="Initializer"/> would need 2^64 blocks to reach the next parameter.
/// </para>
/// <para>Programs that draw text or sequences use <see cref="Random"/>, which is another generator.</para>
/// </summary>
internal static class RandomStream
{
    private const ulong CheckBits = 1UL << 61, ItemBits = 2UL << 61, BatchBits = 3UL << 61, MaskBits = 1UL << 63;
    private const int EpochBits = 61, EpochShift = 62, MaskShift = 32;

    /// <summary>The first counter of the noise and the input of <see cref="Lstm.GradientCheck"/>.</summary>
    public static UInt128 GradientCheck => new(CheckBits, 0);

    /// <summary>Returns the first counter of the initial values of a parameter, by its position in the model.</summary>
    public static UInt128 Weights(int parameter) => new((ulong)parameter, 0);

    /// <summary>Returns the first counter of the order of the items, such as sequences or windows, in an epoch.</summary>
    public static UInt128 Items(long epoch) => Order(ItemBits, epoch);

    /// <summary>Returns the first counter of the order of the batches in an epoch.</summary>
    public static UInt128 Batches(long epoch) => Order(BatchBits, epoch);

    /// <summary>Returns the first counter of the factors of one mask in one segment of a window; both are numbered from 0.</summary>
    public static UInt128 Mask(long segment, uint mask) => new(MaskBits | (ulong)segment, (ulong)mask << MaskShift);

    private static UInt128 Order(ulong purpose, long epoch) =>
        new(purpose | ((ulong)epoch & ((1UL << EpochBits) - 1)), (ulong)epoch >> EpochBits << EpochShift);
}

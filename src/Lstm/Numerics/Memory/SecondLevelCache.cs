using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>The second-level cache of a core, or its share of one that several cores have together.</summary>
internal static class SecondLevelCache
{
    /// <summary>What is taken for its size where the chip does not tell.</summary>
    private const int UsualSize = 1 << 20;

    /// <summary>The longest list of caches that is believed.</summary>
    private const int MostCaches = 16;

    /// <summary>The leaves of CPUID that list the caches: that of Intel, and that of AMD.</summary>
    private static readonly int[] s_leaves = [4, unchecked((int)0x8000001D)];

    /// <summary>Its size in bytes, as the chip reports it.</summary>
    public static int Size { get; } = X86Base.IsSupported ? s_leaves.Select(Read).FirstOrDefault(size => size > 0, UsualSize) : UsualSize;

    /// <summary>Reads the size from the list of a leaf; returns 0 where there is no such list or no such cache.</summary>
    private static int Read(int leaf)
    {
        const int KindMask = 31;
        int firstLeafOfRange = leaf & unchecked((int)0x80000000);
        if ((uint)X86Base.CpuId(firstLeafOfRange, 0).Eax < (uint)leaf)
        {
            return 0;
        }

        for (int cache = 0; cache < MostCaches && X86Base.CpuId(leaf, cache) is var (eax, ebx, ecx, _) && (eax & KindMask) != 0; cache++)
        {
            int level = eax >> 5 & 7, line = (ebx & 4095) + 1, partitions = (ebx >> 12 & 1023) + 1, ways = (ebx >> 22 & 1023) + 1;
            if (level == 2)
            {
                // Two logical processors may be one core.
                int sharers = (eax >> 14 & 4095) + 1, cores = Math.Max(1, sharers / 2);
                return (int)Math.Min(int.MaxValue, (long)line * partitions * ways * (ecx + 1L) / cores);
            }
        }

        return 0;
    }
}

using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>Describes the chip. The compiler knows these properties as constants, so branches that are not taken cost nothing.</summary>
internal static unsafe class Simd
{
    /// <summary>The length of a cache line in bytes.</summary>
    public const int CacheLine = 64;

    /// <summary>Whether <see cref="Vector512Lane{T}"/> is the widest lane.</summary>
    public static bool IsWide => Vector512.IsHardwareAccelerated;

    /// <summary>Whether <see cref="VectorLane{T}"/> is faster than <see cref="ScalarLane{T}"/>.</summary>
    public static bool IsVector => Vector.IsHardwareAccelerated;

    /// <summary>Whether there are 32 vector registers; otherwise there are 16.</summary>
    public static bool HasManyRegisters => IsWide || AdvSimd.IsSupported;

    /// <summary>Returns how many numbers the widest lane has.</summary>
    public static int LaneCount<T>() => IsWide ? Vector512<T>.Count : IsVector ? Vector<T>.Count : 1;

    /// <summary>Prefetches numbers into the first-level cache if the chip supports it; they may lie beyond the end of a buffer.</summary>
    public static void Prefetch<T>(T* source, int length)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            for (int k = 0; k < length; k += CacheLine / sizeof(T))
            {
                Sse.Prefetch0(source + k);
            }
        }
    }
}

using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>What the chip has. The compiler knows these as constants, so what is not taken costs nothing.</summary>
internal static unsafe class Simd
{
    /// <summary>Bytes.</summary>
    public const int CacheLine = 64;

    /// <summary>Whether <see cref="Vector512Lane{T}"/> is the widest lane.</summary>
    public static bool IsWide => Vector512.IsHardwareAccelerated;

    /// <summary>Whether <see cref="VectorLane{T}"/> is faster than <see cref="ScalarLane{T}"/>.</summary>
    public static bool IsVector => Vector.IsHardwareAccelerated;

    /// <summary>Whether there are 32 vector registers; otherwise there are 16.</summary>
    public static bool HasManyRegisters => IsWide || AdvSimd.IsSupported;

    /// <summary>The numbers in the widest lane.</summary>
    public static int LaneCount<T>() => IsWide ? Vector512<T>.Count : IsVector ? Vector<T>.Count : 1;

    /// <summary>Has the chip load numbers into its first-level cache if it can be asked to; they may lie beyond the end of a buffer.</summary>
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

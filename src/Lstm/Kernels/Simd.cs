using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Lstm.Kernels;

/// <summary>What the chip has. The compiler knows these as constants, so what is not taken costs nothing.</summary>
internal static class Simd
{
    /// <summary>Whether <see cref="Vector512Lane{T}"/> is the widest lane.</summary>
    public static bool IsWide => Vector512.IsHardwareAccelerated;

    /// <summary>Whether <see cref="VectorLane{T}"/> is faster than <see cref="ScalarLane{T}"/>.</summary>
    public static bool IsVector => Vector.IsHardwareAccelerated;

    /// <summary>Whether there are 32 vector registers; otherwise there are 16.</summary>
    public static bool HasManyRegisters => IsWide || AdvSimd.IsSupported;

    /// <summary>The numbers in the widest lane.</summary>
    public static int LaneCount<T>() => IsWide ? Vector512<T>.Count : IsVector ? Vector<T>.Count : 1;
}

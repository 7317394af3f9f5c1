using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>The way in which kernels are compiled.</summary>
internal static class LaneLoop
{
    /// <summary>Full optimisation at once, and no inlining.</summary>
    public const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}

/// <summary>Runs a kernel over any count of numbers: first in the widest lane, then the remainder in narrower ones.</summary>
internal static class LaneLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Run<TKernel, TOperands>(in TOperands operands, int count)
        where TKernel : ILaneKernel<TOperands, T>
    {
        int index = 0;
        if (Simd.IsWide && count >= Vector512Lane<T>.Count)
        {
            index = TKernel.Run<Vector512Lane<T>>(operands, index, count);
        }

        if (Simd.IsVector && count - index >= VectorLane<T>.Count)
        {
            index = TKernel.Run<VectorLane<T>>(operands, index, count);
        }

        if (index < count)
        {
            TKernel.Run<ScalarLane<T>>(operands, index, count);
        }
    }
}

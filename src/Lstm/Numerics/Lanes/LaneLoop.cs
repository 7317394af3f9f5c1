using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>What is done to each group of neighbouring numbers, written once for every lane.</summary>
internal interface ILaneKernel<TOperands, T>
    where T : unmanaged
{
    /// <summary>
    /// Works on whole lanes of the numbers [index, count) of the operands. Its loop is part of it, and it is compiled by itself
    /// (<see cref="LaneLoop.Kernel"/>): the compiler inlines into a method in proportion to its size, and into a caller that has several
    /// kernels only what it has seen run.
    /// </summary>
    /// <returns>The first number that is left.</returns>
    static abstract int Run<TLane>(in TOperands operands, int index, int count)
        where TLane : unmanaged, ILane<TLane, T>;
}

/// <summary>How kernels are compiled.</summary>
internal static class LaneLoop
{
    /// <summary>Fully optimised at once, and by itself.</summary>
    public const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}

/// <summary>Runs a kernel over any count of numbers: the widest lane first, then what is left over in narrower ones.</summary>
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

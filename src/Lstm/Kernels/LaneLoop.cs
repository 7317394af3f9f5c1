using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>What is done to each group of neighbouring numbers, written once for every lane.</summary>
internal interface ILaneKernel<TOperands, T>
    where T : unmanaged
{
    /// <summary>Works on the numbers [index, index + TLane.Count) of the operands.</summary>
    static abstract void Run<TLane>(in TOperands operands, int index)
        where TLane : unmanaged, ILane<TLane, T>;
}

/// <summary>The one loop over lanes: the widest first, then what is left over in narrower ones.</summary>
internal static class LaneLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TKernel, TOperands>(in TOperands operands, int count)
        where TKernel : ILaneKernel<TOperands, T>
    {
        int index = 0;
        if (Simd.IsWide)
        {
            index = RunLanes<TKernel, TOperands, Vector512Lane<T>>(operands, index, count);
        }

        if (Simd.IsVector)
        {
            index = RunLanes<TKernel, TOperands, VectorLane<T>>(operands, index, count);
        }

        RunLanes<TKernel, TOperands, ScalarLane<T>>(operands, index, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RunLanes<TKernel, TOperands, TLane>(in TOperands operands, int index, int count)
        where TKernel : ILaneKernel<TOperands, T>
        where TLane : unmanaged, ILane<TLane, T>
    {
        for (; index <= count - TLane.Count; index += TLane.Count)
        {
            TKernel.Run<TLane>(operands, index);
        }

        return index;
    }
}

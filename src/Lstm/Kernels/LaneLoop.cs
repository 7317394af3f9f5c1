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

/// <summary>The one loop over vectors, with its remainder of single numbers.</summary>
internal static class LaneLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TKernel, TOperands>(in TOperands operands, int count)
        where TKernel : ILaneKernel<TOperands, T>
    {
        int index = 0;
        for (; index <= count - VectorLane<T>.Count; index += VectorLane<T>.Count)
        {
            TKernel.Run<VectorLane<T>>(operands, index);
        }

        for (; index < count; index++)
        {
            TKernel.Run<ScalarLane<T>>(operands, index);
        }
    }
}

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

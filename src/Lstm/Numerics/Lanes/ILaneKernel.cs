namespace Lstm.Numerics;

/// <summary>An operation on each group of neighbouring numbers, written once for every lane.</summary>
internal interface ILaneKernel<TOperands, T>
    where T : unmanaged
{
    /// <summary>
    /// Processes the numbers [index, count) of the operands in whole lanes. The loop is part of the method, and the method is compiled by
    /// itself (<see cref="LaneLoop.Kernel"/>): the compiler inlines into a method in proportion to its size, and into a caller that has
    /// several kernels only code that it has seen run.
    /// </summary>
    /// <returns>The index of the first number that is left.</returns>
    static abstract int Run<TLane>(in TOperands operands, int index, int count)
        where TLane : unmanaged, ILane<TLane, T>;
}

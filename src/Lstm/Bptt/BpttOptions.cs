namespace Lstm;

/// <summary>The options of a <see cref="Bptt{T}"/>.</summary>
public sealed record BpttOptions
{
    internal const int MaxThreads = 1024;

    /// <summary>
    /// The largest number of threads that work at once; 0, the default, for one per processor. Results are the same bits for any number.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether there are only forward passes, which need no room for gradients. Such an instance keeps the weights in the order of its
    /// kernels, and reads them again after <c>Initialize</c>, <c>Load</c>, a step of an optimiser, or a new call of
    /// <see cref="Parameter{T}.Value"/> or <see cref="ParameterCollection{T}.Values"/>; not after a write through a span taken earlier.
    /// </summary>
    public bool ForwardOnly { get; init; }
}

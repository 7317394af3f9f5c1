namespace Lstm;

/// <summary>The options of a <see cref="Bptt{T}"/>.</summary>
public sealed record BpttOptions
{
    internal const int MaxThreads = 1024;

    /// <summary>
    /// The largest number of threads that work at once; 0, the default, for one per processor. Results are the same bits for any number.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>Whether there are only forward passes, which need no room for gradients.</summary>
    public bool ForwardOnly { get; init; }
}

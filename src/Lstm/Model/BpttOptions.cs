using System.Numerics;

namespace Lstm;

/// <summary>The options of a <see cref="Bptt{T}"/>.</summary>
public sealed record BpttOptions
{
    /// <summary>
    /// The bytes of pre-activations that stay in the third-level cache from the time loop to the products over a chunk's steps.
    /// </summary>
    internal const int DefaultChunkBytes = 4 << 20;

    /// <summary>
    /// The smallest number of bytes of a chunk; default: 0, for <see cref="DefaultChunkBytes"/>. Tests set it, so that small windows have
    /// chunks.
    /// </summary>
    internal int ChunkBytes { get; init; }

    /// <summary>
    /// The largest number of threads that work at once; default: 0, one per processor. Results are the same bits for any number.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether there are only forward passes, which need no room for gradients. Such an instance keeps the weights in the order of its
    /// kernels, and reads them again after <c>Initialize</c>, <c>Load</c>, a step of an optimiser, or a new call of
    /// <see cref="Parameter{T}.Value"/> or <see cref="ParameterCollection{T}.Values"/>, but not after a write through a span taken earlier.
    /// </summary>
    public bool ForwardOnly { get; init; }

    /// <summary>
    /// The seed of the masks of dropout and zoneout; see <see cref="Bptt{T}.WindowCount"/>. It may be the seed of the weights and of the
    /// batches as well: their random numbers are independent of the masks.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// k2, the number of steps that a backward pass goes back; default: 0, the steps of the window. Truncated BPTT(k1, k2) of Williams and
    /// Peng (1990) has windows of k1 steps. With fewer, the loss of the window's earlier steps is left out. With more, gradients flow on
    /// into earlier windows, which are computed again with the present weights: one more forward pass over these steps for each backward
    /// pass, and memory for their inputs, not for their activations. docs/lstm.md, "Truncation", says which steps a gradient covers.
    /// </summary>
    public int BackwardSteps { get; init; }

    /// <summary>
    /// The number of steps of the segments in which windows are processed. The default, 0, means whole windows; with
    /// <see cref="Recompute"/>, about the square root of their steps; and with <see cref="BackwardSteps"/> that differ from the window's,
    /// the greatest common divisor of both, which can be 1. Where the steps of a window are no multiple of it, its first segment is
    /// shorter. Gradients of parameters are summed segment by segment, so results differ by rounding for different segments. Masks that
    /// otherwise last for a window last for a segment.
    /// </summary>
    public int SegmentSteps { get; init; }

    /// <summary>
    /// Whether to keep the activations of one segment only and compute those of the others again when the backward pass comes to them (Chen
    /// et al., "Training Deep Nets with Sublinear Memory Cost", 2016): one more forward pass, and room for about 2 sqrt(T) steps in place
    /// of T. Results are the same bits as those of the same segments with all activations kept.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>The limits of gradients at every step of recurrent layers; default: null, no limits.</summary>
    public StepClipping? StepClipping { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    internal void Check<T>(string argument)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Threads is < 0 or > Arguments.MaxThreads)
        {
            throw ArgumentOutOfRange.Error(argument, Threads, $"Expected 0 to {Arguments.MaxThreads} threads.");
        }

        if (StepClipping is StepClipping limits)
        {
            StepClipper.Check<T>(limits);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(BpttOptions), PrintMembers);
}

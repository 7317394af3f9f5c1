using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Applies weight decay before the step of an optimiser. Equation numbers refer to docs/optimizers.md.</summary>
internal static unsafe class WeightDecay
{
    /// <summary>Effectively computes <c>g += decay * w</c>, the derivative of <c>decay/2 * w²</c> (1).</summary>
    public static void AddToGradients<T>(ReadOnlySpan<T> values, T decay, Span<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.MultiplyAdd(values, decay, gradients, gradients);

    /// <summary>
    /// Effectively computes <c>w -= fraction * w</c> (2); a factor of 1 - fraction would lose the digits of a small fraction.
    /// </summary>
    public static void Shrink<T>(Span<T> values, T fraction, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => StepArrays<T, T>.Run<Shrinking<T>>(fraction, values, rests);

    private readonly struct Shrinking<T> : ILaneKernel<StepArrays<T, T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in StepArrays<T, T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                Compensation.Descend(TLane.Broadcast(at.Factors) * TLane.Load(at.Values + k), at.Values, at.Rests, k);
            }

            return k;
        }
    }
}

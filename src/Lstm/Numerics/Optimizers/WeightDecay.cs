using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Applies weight decay before the step of an optimiser. Equation numbers refer to docs/optimizers.md.</summary>
internal static unsafe class WeightDecay
{
    /// <summary>Effectively computes <c>g += decay * w</c>, the derivative of <c>decay/2 * w²</c> (1).</summary>
    public static void AddToGradients<T>(ReadOnlySpan<T> values, T decay, Span<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, g = gradients)
        {
            Addition<T> operands = new() { Source = w, Factor = decay, Destination = g };
            LaneLoop<T>.Run<Addition<T>, Addition<T>>(operands, gradients.Length);
        }
    }

    /// <summary>
    /// Effectively computes <c>w -= fraction * w</c> (2); a factor of 1 - fraction would lose the digits of a small fraction.
    /// </summary>
    /// <param name="values">w.</param>
    /// <param name="fraction">The fraction of each weight that is subtracted.</param>
    /// <param name="rests">The rounding errors of earlier steps (<see cref="Compensation"/>), or empty.</param>
    public static void Shrink<T>(Span<T> values, T fraction, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, rest = rests)
        {
            Shrinking<T> operands = new() { Values = w, Rests = rest, Fraction = fraction };
            LaneLoop<T>.Run<Shrinking<T>, Shrinking<T>>(operands, values.Length);
        }
    }

    private struct Addition<T> : ILaneKernel<Addition<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Source, Destination;
        public T Factor;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Addition<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                (TLane.Load(at.Destination + k) + TLane.Broadcast(at.Factor) * TLane.Load(at.Source + k)).Store(at.Destination + k);
            }

            return k;
        }
    }

    private struct Shrinking<T> : ILaneKernel<Shrinking<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Rests;
        public T Fraction;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Shrinking<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                Compensation.Descend(TLane.Broadcast(at.Fraction) * TLane.Load(at.Values + k), at.Values, at.Rests, k);
            }

            return k;
        }
    }
}

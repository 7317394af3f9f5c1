using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>The step of Adagrad. Equation numbers refer to docs/optimizers.md.</summary>
internal static unsafe class AdagradSteps
{
    /// <summary>Effectively computes <c>s += g²</c>, <c>w -= rate * g / (sqrt(s) + ε)</c>.</summary>
    public static void Descend<T>(Span<T> values, ReadOnlySpan<T> gradients, Span<T> squares, T rate, T epsilon, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, g = gradients, s = squares, rest = rests)
        {
            AdagradStep<T> operands = new() { Values = w, Rests = rest, Gradients = g, Squares = s, Rate = rate, Epsilon = epsilon };
            LaneLoop<T>.Run<AdagradStep<T>, AdagradStep<T>>(operands, values.Length);
        }
    }

    private struct AdagradStep<T> : ILaneKernel<AdagradStep<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Rests, Gradients, Squares;
        public T Rate, Epsilon;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in AdagradStep<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane g = TLane.Load(at.Gradients + k);
                TLane s = TLane.Load(at.Squares + k) + g * g;                                                 // (6)
                TLane root = TLane.SquareRoot(s) + TLane.Broadcast(at.Epsilon);
                s.Store(at.Squares + k);
                Compensation.Descend(TLane.Broadcast(at.Rate) * g / root, at.Values, at.Rests, k);            // (7)
            }

            return k;
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>The step of RMSprop. Equation numbers refer to docs/optimizers.md.</summary>
internal static unsafe class RmsPropSteps
{
    /// <summary>
    /// Effectively computes <c>s = ρ s + (1-ρ) g²</c>, <c>w -= rate * g / (sqrt(s) + ε)</c>. With <paramref name="mean"/>, it subtracts the
    /// square of the mean under the root; with <paramref name="velocity"/>, it computes <c>v = m v + g / (sqrt(s) + ε)</c> and
    /// <c>w -= rate * v</c>.
    /// </summary>
    public static void Descend<T>(
        Span<T> values, ReadOnlySpan<T> gradients, Span<T> squares, Span<T> mean, Span<T> velocity, RmsPropFactors<T> factors,
        Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StepArrays<T, RmsPropFactors<T>>.Run<RmsPropStep<T>>(factors, values, rests, gradients, mean, squares, velocity);

    private readonly struct RmsPropStep<T> : ILaneKernel<StepArrays<T, RmsPropFactors<T>>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in StepArrays<T, RmsPropFactors<T>> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane decay = TLane.Broadcast(at.Factors.Decay), rest = TLane.Broadcast(at.Factors.Rest);
                TLane g = SmallNumbers.Flush<TLane, T>(TLane.Load(at.Gradients + k)), root = SmallNumbers.FlushRoots<TLane, T>(g);
                TLane s = decay * TLane.Load(at.Squares + k) + rest * root * root;                            // (8)
                s = SmallNumbers.FlushSquares<TLane, T>(s);
                s.Store(at.Squares + k);
                if (at.Mean != null)
                {
                    TLane a = decay * TLane.Load(at.Mean + k) + rest * g;                                     // (10)
                    a = SmallNumbers.Flush<TLane, T>(a);
                    a.Store(at.Mean + k);
                    a = SmallNumbers.FlushRoots<TLane, T>(a);
                    s = TLane.Max(TLane.Broadcast(T.Zero), s - a * a);                  // rounding can make it negative
                }

                TLane step = g / (TLane.SquareRoot(s) + TLane.Broadcast(at.Factors.Epsilon));                 // (9)
                if (at.Velocity != null)
                {
                    step += TLane.Broadcast(at.Factors.Momentum) * TLane.Load(at.Velocity + k);               // (11)
                    step = SmallNumbers.Flush<TLane, T>(step);
                    step.Store(at.Velocity + k);
                }

                Compensation.Descend(TLane.Broadcast(at.Factors.Rate) * step, at.Values, at.Rests, k);           // (12)
            }

            return k;
        }
    }
}

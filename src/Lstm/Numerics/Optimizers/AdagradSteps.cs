using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>The step of Adagrad. Equation numbers refer to docs/optimizers.md.</summary>
internal static unsafe class AdagradSteps
{
    /// <summary>Effectively computes <c>s += g²</c>, <c>w -= rate * g / (sqrt(s) + ε)</c>.</summary>
    public static void Descend<T>(Span<T> values, ReadOnlySpan<T> gradients, Span<T> squares, T rate, T epsilon, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StepArrays<T, (T, T)>.Run<AdagradStep<T>>((rate, epsilon), values, rests, gradients, squares: squares);

    private readonly struct AdagradStep<T> : ILaneKernel<StepArrays<T, (T Rate, T Epsilon)>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in StepArrays<T, (T Rate, T Epsilon)> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane g = SmallNumbers.Flush<TLane, T>(TLane.Load(at.Gradients + k)), root = SmallNumbers.FlushRoots<TLane, T>(g);
                TLane s = TLane.Load(at.Squares + k) + root * root;                                           // (6)
                root = TLane.SquareRoot(s) + TLane.Broadcast(at.Factors.Epsilon);
                s.Store(at.Squares + k);
                Compensation.Descend(TLane.Broadcast(at.Factors.Rate) * g / root, at.Values, at.Rests, k);    // (7)
            }

            return k;
        }
    }
}

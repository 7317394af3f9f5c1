using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Takes the steps of optimisers, each in one loop over all parameters of a model. The rests are those of <see cref="Compensation"/>, or
/// empty.
/// </summary>
internal static unsafe class OptimizerSteps
{
    /// <summary>Effectively computes <c>w -= rate * g</c>.</summary>
    public static void Descend<T>(Span<T> values, ReadOnlySpan<T> gradients, T rate, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => StepArrays<T, T>.Run<Descent<T>>(rate, values, rests, gradients);

    /// <summary>Effectively computes <c>v = m * v + g</c> and <c>w -= rate * v</c>, or <c>w -= rate * (g + m * v)</c>.</summary>
    public static void DescendWithMomentum<T>(
        Span<T> values, ReadOnlySpan<T> gradients, Span<T> velocity, T rate, T momentum, bool nesterov, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StepArrays<T, (T, T, bool)>.Run<Momentum<T>>((rate, momentum, nesterov), values, rests, gradients, velocity: velocity);

    /// <summary>
    /// Effectively computes <c>m = β1 m + (1-β1) g</c>, <c>v = β2 v + (1-β2) g²</c>, <c>w -= rate * m / (sqrt(v)/root + ε)</c>.
    /// </summary>
    public static void Adam<T>(
        Span<T> values, ReadOnlySpan<T> gradients, Span<T> mean, Span<T> variance, AdamFactors<T> factors, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StepArrays<T, AdamFactors<T>>.Run<AdamStep<T>>(factors, values, rests, gradients, mean, squares: variance);

    private readonly struct Descent<T> : ILaneKernel<StepArrays<T, T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in StepArrays<T, T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane g = SmallNumbers.Flush<TLane, T>(TLane.Load(at.Gradients + k));
                Compensation.Descend(TLane.Broadcast(at.Factors) * g, at.Values, at.Rests, k);
            }

            return k;
        }
    }

    private readonly struct Momentum<T> : ILaneKernel<StepArrays<T, (T Rate, T Decay, bool Nesterov)>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in StepArrays<T, (T Rate, T Decay, bool Nesterov)> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane g = SmallNumbers.Flush<TLane, T>(TLane.Load(at.Gradients + k)), decay = TLane.Broadcast(at.Factors.Decay);
                TLane v = SmallNumbers.Flush<TLane, T>(decay * TLane.Load(at.Velocity + k) + g);
                TLane step = at.Factors.Nesterov ? g + decay * v : v;
                v.Store(at.Velocity + k);
                Compensation.Descend(TLane.Broadcast(at.Factors.Rate) * step, at.Values, at.Rests, k);
            }

            return k;
        }
    }

    private readonly struct AdamStep<T> : ILaneKernel<StepArrays<T, AdamFactors<T>>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in StepArrays<T, AdamFactors<T>> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane beta1 = TLane.Broadcast(at.Factors.Beta1), beta2 = TLane.Broadcast(at.Factors.Beta2);
                TLane g = SmallNumbers.Flush<TLane, T>(TLane.Load(at.Gradients + k)), root = SmallNumbers.FlushRoots<TLane, T>(g);
                TLane m = beta1 * TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g;
                TLane v = beta2 * TLane.Load(at.Squares + k) + TLane.Broadcast(at.Factors.Rest2) * root * root;
                m = SmallNumbers.Flush<TLane, T>(m);
                v = SmallNumbers.FlushSquares<TLane, T>(v);
                root = TLane.SquareRoot(v) / TLane.Broadcast(at.Factors.VarianceRoot) + TLane.Broadcast(at.Factors.Epsilon);
                m.Store(at.Mean + k);
                v.Store(at.Squares + k);
                Compensation.Descend(TLane.Broadcast(at.Factors.Rate) * m / root, at.Values, at.Rests, k);
            }

            return k;
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Takes the steps of optimisers, each in one loop over all parameters of a model.</summary>
internal static unsafe class OptimizerSteps
{
    /// <summary>Effectively computes <c>w -= rate * g</c>.</summary>
    /// <param name="values">w.</param>
    /// <param name="gradients">g.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="rests">The rounding errors of earlier steps (<see cref="Compensation"/>), or empty.</param>
    public static void Descend<T>(Span<T> values, ReadOnlySpan<T> gradients, T rate, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, g = gradients, rest = rests)
        {
            LaneLoop<T>.Run<Descent<T>, Descent<T>>(new() { Values = w, Rests = rest, Gradients = g, Rate = rate }, values.Length);
        }
    }

    /// <summary>Effectively computes <c>v = m * v + g</c> and <c>w -= rate * v</c>, or <c>w -= rate * (g + m * v)</c>.</summary>
    public static void DescendWithMomentum<T>(
        Span<T> values, ReadOnlySpan<T> gradients, Span<T> velocity, T rate, T momentum, bool nesterov, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, g = gradients, v = velocity, rest = rests)
        {
            Momentum<T> operands = new()
            {
                Values = w,
                Rests = rest,
                Gradients = g,
                Velocity = v,
                Rate = rate,
                Decay = momentum,
                Nesterov = nesterov,
            };
            LaneLoop<T>.Run<Momentum<T>, Momentum<T>>(operands, values.Length);
        }
    }

    /// <summary>
    /// Effectively computes <c>m = β1 m + (1-β1) g</c>, <c>v = β2 v + (1-β2) g²</c>, <c>w -= rate * m / (sqrt(v)/root + ε)</c>.
    /// </summary>
    public static void Adam<T>(
        Span<T> values, ReadOnlySpan<T> gradients, Span<T> mean, Span<T> variance, AdamFactors<T> factors, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, g = gradients, m = mean, v = variance, rest = rests)
        {
            AdamStep<T> operands = new() { Values = w, Rests = rest, Gradients = g, Mean = m, Variance = v, Factors = factors };
            LaneLoop<T>.Run<AdamStep<T>, AdamStep<T>>(operands, values.Length);
        }
    }

    private struct Descent<T> : ILaneKernel<Descent<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Rests, Gradients;
        public T Rate;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Descent<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                Compensation.Descend(TLane.Broadcast(at.Rate) * TLane.Load(at.Gradients + k), at.Values, at.Rests, k);
            }

            return k;
        }
    }

    private struct Momentum<T> : ILaneKernel<Momentum<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Rests, Gradients, Velocity;
        public T Rate, Decay;
        public bool Nesterov;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Momentum<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane g = TLane.Load(at.Gradients + k), decay = TLane.Broadcast(at.Decay);
                TLane v = decay * TLane.Load(at.Velocity + k) + g;
                TLane step = at.Nesterov ? g + decay * v : v;
                v.Store(at.Velocity + k);
                Compensation.Descend(TLane.Broadcast(at.Rate) * step, at.Values, at.Rests, k);
            }

            return k;
        }
    }

    private struct AdamStep<T> : ILaneKernel<AdamStep<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Rests, Gradients, Mean, Variance;
        public AdamFactors<T> Factors;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in AdamStep<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane beta1 = TLane.Broadcast(at.Factors.Beta1), beta2 = TLane.Broadcast(at.Factors.Beta2);
                TLane g = TLane.Load(at.Gradients + k);
                TLane m = beta1 * TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g;
                TLane v = beta2 * TLane.Load(at.Variance + k) + TLane.Broadcast(at.Factors.Rest2) * g * g;
                TLane root = TLane.SquareRoot(v) / TLane.Broadcast(at.Factors.VarianceRoot) + TLane.Broadcast(at.Factors.Epsilon);
                m.Store(at.Mean + k);
                v.Store(at.Variance + k);
                Compensation.Descend(TLane.Broadcast(at.Factors.Rate) * m / root, at.Values, at.Rests, k);
            }

            return k;
        }
    }
}

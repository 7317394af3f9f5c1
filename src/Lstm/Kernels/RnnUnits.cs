using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The recurrent network of Elman, "Finding Structure in Time" (1990), forward and backward, with the numbers of docs/layers.md. The
/// pre-activation a is W x + R h'.
/// <code>
/// (1) h = tanh(a + b), or another activation        (2) h = m*h + (1-m)*h' with zoneout
/// </code>
/// </summary>
internal static unsafe class RnnUnits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="step">The step.</param>
    /// <param name="activation">What makes h.</param>
    /// <param name="b">[H].</param>
    public static void Forward(in ForwardStep<T> step, Activation activation, ReadOnlySpan<T> b)
    {
        int n = step.HiddenSize;
        fixed (T* gates = step.Gates, hiddenBefore = step.HiddenBefore, hidden = step.Hidden, mask = step.Masks.ZoneoutHidden, bias = b)
        {
            for (nint row = 0; row < step.Rows; row++)
            {
                Row at = new()
                {
                    Activation = activation,
                    Holds = mask != null,
                    Bias = bias,
                    Gate = gates + row * n,
                    HiddenBefore = hiddenBefore + row * n,
                    Hidden = hidden + row * n,
                    Mask = mask + row * n,
                };
                LaneLoop<T>.Run<ForwardUnits, Row>(at, n);
            }
        }
    }

    /// <param name="step">The step; a row of its gradients is [db H].</param>
    /// <param name="activation">What makes h.</param>
    public static void Backward(in BackwardStep<T> step, Activation activation)
    {
        int n = step.HiddenSize;
        fixed (T* gates = step.Gates, dy = step.OutputGradient, dh = step.HiddenGradient, mask = step.Masks.ZoneoutHidden, db = step.RowGradients)
        {
            for (nint row = 0; row < step.Rows; row++)
            {
                Row at = new()
                {
                    Activation = activation,
                    Holds = mask != null,
                    Gate = gates + row * n,
                    Mask = mask + row * n,
                    OutputGradient = dy + row * n,
                    HiddenGradient = dh + row * n,
                    BiasGradient = db + row * n,
                    Limits = step.GradientLimit > T.Zero,
                    GradientLimit = step.GradientLimit,
                };
                LaneLoop<T>.Run<BackwardUnits, Row>(at, n);
            }
        }
    }

    private readonly struct ForwardUnits : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane h = Activations.Activate<TLane, T>(at.Activation, TLane.Load(at.Gate + u) + TLane.Load(at.Bias + u));   // (1)
                h.Store(at.Gate + u);
                if (at.Holds)
                {
                    TLane m = TLane.Load(at.Mask + u);
                    h = m * h + (TLane.Broadcast(T.One) - m) * TLane.Load(at.HiddenBefore + u);                             // (2)
                }

                h.Store(at.Hidden + u);
            }

            return u;
        }
    }

    private readonly struct BackwardUnits : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dh = TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);
                if (at.Holds)
                {
                    TLane m = TLane.Load(at.Mask + u);
                    ((TLane.Broadcast(T.One) - m) * dh).Store(at.HiddenGradient + u);                                       // (2)
                    dh *= m;                                                                                                // (2)
                }

                TLane da = dh * Activations.Slope<TLane, T>(at.Activation, TLane.Load(at.Gate + u));                         // (1)
                da = at.Limits ? GradientLimit.Apply(da, at.GradientLimit) : da;                                            // (6)
                (TLane.Load(at.BiasGradient + u) + da).Store(at.BiasGradient + u);                                          // (1)
                da.Store(at.Gate + u);
            }

            return u;
        }
    }

    /// <summary>One row; shapes as in <see cref="ForwardStep{T}"/> and <see cref="BackwardStep{T}"/>.</summary>
    private struct Row
    {
        public Activation Activation;
        public bool Holds, Limits;
        public T GradientLimit;
        public T* Bias, Gate, HiddenBefore, Hidden, Mask;
        public T* OutputGradient, HiddenGradient, BiasGradient;
    }
}

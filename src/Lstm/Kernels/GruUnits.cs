using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The equations of a gated recurrent unit and their derivatives, for a lane of units (Cho et al., "Learning Phrase Representations using RNN
/// Encoder-Decoder", 2014; Chung et al., "Empirical Evaluation of Gated Recurrent Neural Networks", 2014), with the numbers of
/// docs/layers.md. The pre-activations ar az an are W x, to which R h' is added; in an that is R_n v, or with the reset after it r*v.
/// <code>
/// (1) r = sigmoid(ar + b_r)         (3) v = r*h'      n = tanh(an + b_n)            reset before the product R_n v
/// (2) z = sigmoid(az + b_z)         (3a) v = R_n h' + rb_n   n = tanh(an + b_n + r*v)      reset after it
/// (4) h = (1-z)*n + z*h'            (5) h = m*h + (1-m)*h' with zoneout
/// </code>
/// </summary>
internal static unsafe class GruUnits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>(1), (2), and v of (3) for the product R_n v.</summary>
    public readonly struct ForwardGates : ILaneKernel<GruRow<T>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in GruRow<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane r = Elementary.Sigmoid<TLane, T>(PreActivation<TLane>(at, u));                // (1)
                TLane z = Elementary.Sigmoid<TLane, T>(PreActivation<TLane>(at, at.Size + u));      // (2)
                TLane v = r * TLane.Load(at.HiddenBefore + u);                                      // (3)
                if (at.Drops)
                {
                    v *= TLane.Load(at.DropMask + u);                                               // (3d)
                }

                r.Store(at.Gates + u);
                z.Store(at.Gates + at.Size + u);
                v.Store(at.Inner + u);
            }

            return u;
        }
    }

    /// <summary>n of (3), (4) and (5).</summary>
    public readonly struct ForwardCandidate : ILaneKernel<GruRow<T>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in GruRow<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane n = Elementary.Tanh<TLane, T>(PreActivation<TLane>(at, 2 * at.Size + u));     // (3)
                n.Store(at.Gates + 2 * at.Size + u);
                Mix(at, u, TLane.Load(at.Gates + at.Size + u), n);
            }

            return u;
        }
    }

    /// <summary>(1), (2), (3a), (4) and (5).</summary>
    public readonly struct ForwardAfter : ILaneKernel<GruRow<T>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in GruRow<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int zu = at.Size + u, nu = 2 * at.Size + u;
                TLane r = Elementary.Sigmoid<TLane, T>(PreActivation<TLane>(at, u) + TLane.Load(at.Recurrent + u));     // (1)
                TLane z = Elementary.Sigmoid<TLane, T>(PreActivation<TLane>(at, zu) + TLane.Load(at.Recurrent + zu));   // (2)
                TLane v = TLane.Load(at.Recurrent + nu) + TLane.Load(at.RecurrentBias + u);                             // (3a)
                TLane n = Elementary.Tanh<TLane, T>(PreActivation<TLane>(at, nu) + r * v);                              // (3a)
                r.Store(at.Gates + u);
                z.Store(at.Gates + zu);
                n.Store(at.Gates + nu);
                v.Store(at.Recurrent + nu);
                Mix(at, u, z, n);
            }

            return u;
        }
    }

    /// <summary>(5), (4) and n of (3) backwards.</summary>
    public readonly struct BackwardCandidate : ILaneKernel<GruRow<T>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in GruRow<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                BackMix<TLane>(at, u, out _, out _);
            }

            return u;
        }
    }

    /// <summary>v of (3), and (1) backwards.</summary>
    public readonly struct BackwardGates : ILaneKernel<GruRow<T>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in GruRow<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane r = TLane.Load(at.Gates + u), dv = TLane.Load(at.InnerGradient + u);
                if (at.Drops)
                {
                    dv *= TLane.Load(at.DropMask + u);                                              // (3d)
                }

                TLane dar = dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r);    // (3)(1)
                dar = Limit(at, dar);                                                               // (6)
                dar.Store(at.Gates + u);
                Add(at.BiasGradient + u, dar);                                                      // (1)
                Add(at.HiddenGradient + u, dv * r);                                                 // (3)
            }

            return u;
        }
    }

    /// <summary>(5), (4), (3a) and (1) backwards.</summary>
    public readonly struct BackwardAfter : ILaneKernel<GruRow<T>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in GruRow<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int zu = at.Size + u, nu = 2 * at.Size + u;
                BackMix(at, u, out TLane daz, out TLane dan);
                TLane r = TLane.Load(at.Gates + u), v = TLane.Load(at.Recurrent + nu);
                TLane dv = dan * r;                                                                 // (3a)
                TLane dar = dan * v * r * (TLane.Broadcast(T.One) - r);                             // (3a)(1)
                dar = Limit(at, dar);                                                               // (6)
                dar.Store(at.Gates + u);
                dar.Store(at.Recurrent + u);
                daz.Store(at.Recurrent + zu);
                dv.Store(at.Recurrent + nu);
                Add(at.BiasGradient + u, dar);                                                      // (1)
                Add(at.RecurrentBiasGradient + u, dv);                                              // (3a)
            }

            return u;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix<TLane>(in GruRow<T> at, int u, TLane z, TLane n)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane one = TLane.Broadcast(T.One), hPrev = TLane.Load(at.HiddenBefore + u);
        TLane h = (one - z) * n + z * hPrev;                                                        // (4)
        if (at.Holds)
        {
            TLane m = TLane.Load(at.HoldMask + u);
            h = m * h + (one - m) * hPrev;                                                          // (5)
        }

        h.Store(at.Hidden + u);
    }

    /// <summary>(5), (4), (3) and (2) backwards: leaves daz, dan and what reaches h' past the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackMix<TLane>(in GruRow<T> at, int u, out TLane daz, out TLane dan)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int zu = at.Size + u, nu = 2 * at.Size + u;
        TLane one = TLane.Broadcast(T.One), held = TLane.Broadcast(T.Zero), hPrev = TLane.Load(at.HiddenBefore + u);
        TLane z = TLane.Load(at.Gates + zu), n = TLane.Load(at.Gates + nu);
        TLane dh = TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);
        if (at.Holds)
        {
            TLane m = TLane.Load(at.HoldMask + u);
            held = (one - m) * dh;                                                                  // (5)
            dh *= m;                                                                                // (5)
        }

        dan = dh * (one - z) * (one - n * n);                                                       // (4)(3)
        dan = Limit(at, dan);                                                                       // (6)
        daz = dh * (hPrev - n) * z * (one - z);                                                     // (4)(2)
        daz = Limit(at, daz);                                                                       // (6)
        (held + dh * z).Store(at.HiddenGradient + u);                                               // (5)(4)
        daz.Store(at.Gates + zu);
        dan.Store(at.Gates + nu);
        Add(at.BiasGradient + zu, daz);                                                             // (2)
        Add(at.BiasGradient + nu, dan);                                                             // (3)
    }

    /// <summary>da within its limits, where there are any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Limit<TLane>(in GruRow<T> at, TLane da)
        where TLane : unmanaged, ILane<TLane, T> => at.Limits ? GradientLimit.Apply(da, at.GradientLimit) : da;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane PreActivation<TLane>(in GruRow<T> at, int column)
        where TLane : unmanaged, ILane<TLane, T> => TLane.Load(at.Gates + column) + TLane.Load(at.Bias + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLane>(T* sum, TLane term)
        where TLane : unmanaged, ILane<TLane, T> => (TLane.Load(sum) + term).Store(sum);
}

using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The gated recurrent unit of Cho et al., with the numbers of docs/layers.md. The pre-activations ar, az and an are W x plus R h'; an has
/// R_n v in place of R_n h', or r*v where the reset comes after the product. h' is the state of the step before.
/// <code>
/// (1) r = sigmoid(ar + b_r)         (3) v = r*h'             n = tanh(an + b_n)            reset before the product R_n v
/// (2) z = sigmoid(az + b_z)         (3a) v = R_n h' + rb_n   n = tanh(an + b_n + r*v)      reset after it
/// (4) h = (1-z)*n + z*h'
/// </code>
/// Parameters: W [3H, inputSize], R [3H, H], b [3H] with the gates in the order r, z, n; by option rb [H], h0 [H]. State: h.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation" (2014); Chung et al.,
/// "Empirical Evaluation of Gated Recurrent Neural Networks on Sequence Modeling" (2014). z and 1-z stand where PyTorch and Keras have
/// them.
/// </remarks>
public sealed class GruCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StateBlock _h;
    private readonly SignalBlock _v;                    // v of (3) [H], or R h' of (3a) [3H]
    private readonly VectorBlock<T> _b;
    private readonly VectorBlock<T>? _rb;

    /// <summary>Creates a cell of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Place of the reset, dropout, initial values; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    public GruCell(int inputSize, int hiddenSize, GruOptions? options = null)
        : base(inputSize, hiddenSize, options ??= new GruOptions())
    {
        Gate r = AddGate("r", Activation.Sigmoid), z = AddGate("z", Activation.Sigmoid), n = AddGate("n", Activation.Tanh);
        _h = AddState("h", isOutput: true, isRead: true);
        AddInputWeights("W");
        RecurrentWeights = AddWeights("R", GateSize, hiddenSize, blocks: 3);
        if (options.ResetAfter)
        {
            _v = AddSignal("R h'", GateSize);
            AddProduct(RecurrentWeights, from: _h, to: _v);
        }
        else
        {
            _v = AddSignal("r*h'");
            AddProduct(RecurrentWeights, from: _h, to: RangeOf(r, z));
            EndStage();
            AddProduct(RecurrentWeights, from: _v, to: n, firstRow: 2 * hiddenSize, isDropped: true);
        }

        _b = AddVector("b", Initializer.Zero, [GateSize], blocks: 3);
        _rb = options.ResetAfter ? AddVector("rb", Initializer.Zero) : null;
    }

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        Options.AddTo(new LayerDescription("gru").With("inputSize", InputSize).With("hiddenSize", HiddenSize));

    /// <summary>R [3H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <summary>b [3H].</summary>
    public Parameter<T> Bias => _b.Parameter;

    /// <summary>rb [H], the bias of R_n h' where the reset is after the product; otherwise null.</summary>
    public Parameter<T>? RecurrentBias => _rb?.Parameter;

    internal override bool LimitsGradients => true;

    /// <inheritdoc/>
    protected internal override void Forward(int stage, in CellStep<T> step)
    {
        Row first = FirstRow(step);
        first.Bias = Numbers<T>.Of(_b.Parameter.Current);
        first.RecurrentBias = _rb is null ? default : Numbers<T>.Of(_rb.Parameter.Current);
        first.Hidden = Numbers<T>.Of(step.AllOf(_h));
        for (int row = 0; row < step.Rows; row++)
        {
            Row at = first.At(row, _v.Size, 0);
            if (_rb != null)
            {
                LaneLoop<T>.Run<ForwardAfter, Row>(at, HiddenSize);
            }
            else if (stage == 0)
            {
                LaneLoop<T>.Run<ForwardGates, Row>(at, HiddenSize);
            }
            else
            {
                LaneLoop<T>.Run<ForwardCandidate, Row>(at, HiddenSize);
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(int stage, in CellStep<T> step)
    {
        Row first = FirstRow(step);
        first.HiddenGradient = Numbers<T>.Of(step.AllGradients(_h));
        first.SignalGradient = Numbers<T>.Of(step.AllGradients(_v));
        first.BiasGradient = Numbers<T>.Of(step.VectorGradients);
        first.GradientLimit = step.GradientLimit;
        for (int row = 0; row < step.Rows; row++)
        {
            Row at = first.At(row, _v.Size, VectorSize);
            if (_rb != null)
            {
                LaneLoop<T>.Run<BackwardAfter, Row>(at, HiddenSize);
            }
            else if (stage == 0)
            {
                LaneLoop<T>.Run<BackwardGates, Row>(at, HiddenSize);
            }
            else
            {
                LaneLoop<T>.Run<BackwardCandidate, Row>(at, HiddenSize);
            }
        }
    }

    private Row FirstRow(in CellStep<T> step) => new()
    {
        Size = HiddenSize,
        Gates = Numbers<T>.Of(step.Gates),
        Signal = Numbers<T>.Of(step.AllOf(_v)),
        HiddenBefore = Numbers<T>.Of(step.AllBefore(_h)),
    };

    /// <summary>Computes (1), (2), and v of (3) for the product R_n v.</summary>
    private readonly struct ForwardGates : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane r = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(u));                                 // (1)
                TLane z = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(at.Size + u));                       // (2)
                r.Store(at.Gates, u);
                z.Store(at.Gates, at.Size + u);
                (r * TLane.Load(at.HiddenBefore, u)).Store(at.Signal, u);                                           // (3)
            }

            return u;
        }
    }

    /// <summary>Goes back through v of (3), and (1).</summary>
    private readonly struct BackwardGates : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane r = TLane.Load(at.Gates, u), dv = TLane.Load(at.SignalGradient, u);
                TLane dar = dv * TLane.Load(at.HiddenBefore, u) * r * (TLane.Broadcast(T.One) - r);                 // (3)(1)
                dar = GradientLimit.Apply(dar, at.GradientLimit);                                                   // (6)
                dar.Store(at.Gates, u);
                at.BiasGradient.Add(u, dar);                                                                        // (1)
                at.HiddenGradient.Add(u, dv * r);                                                                   // (3)
            }

            return u;
        }
    }

    /// <summary>Computes n of (3), and (4).</summary>
    private readonly struct ForwardCandidate : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane n = Elementary.Tanh<TLane, T>(at.PreActivation<TLane>(2 * at.Size + u));                      // (3)
                n.Store(at.Gates, 2 * at.Size + u);
                Mix(at, u, TLane.Load(at.Gates, at.Size + u), n);                                                   // (4)
            }

            return u;
        }
    }

    /// <summary>Goes back through (4), n of (3), and (2).</summary>
    private readonly struct BackwardCandidate : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                BackMix<TLane>(at, u, out _, out _);
            }

            return u;
        }
    }

    /// <summary>Computes (1), (2), (3a) and (4).</summary>
    private readonly struct ForwardAfter : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int zu = at.Size + u, nu = 2 * at.Size + u;
                TLane r = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(u) + TLane.Load(at.Signal, u));      // (1)
                TLane z = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(zu) + TLane.Load(at.Signal, zu));    // (2)
                TLane v = TLane.Load(at.Signal, nu) + TLane.Load(at.RecurrentBias, u);                              // (3a)
                TLane n = Elementary.Tanh<TLane, T>(at.PreActivation<TLane>(nu) + r * v);                           // (3a)
                r.Store(at.Gates, u);
                z.Store(at.Gates, zu);
                n.Store(at.Gates, nu);
                v.Store(at.Signal, nu);
                Mix(at, u, z, n);                                                                                   // (4)
            }

            return u;
        }
    }

    /// <summary>Goes back through (4), (3a), (2) and (1).</summary>
    private readonly struct BackwardAfter : ILaneKernel<Row, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int zu = at.Size + u, nu = 2 * at.Size + u;
                BackMix(at, u, out TLane daz, out TLane dan);
                TLane r = TLane.Load(at.Gates, u), v = TLane.Load(at.Signal, nu);
                TLane dv = dan * r;                                                                                 // (3a)
                TLane dar = dan * v * r * (TLane.Broadcast(T.One) - r);                                             // (3a)(1)
                dar = GradientLimit.Apply(dar, at.GradientLimit);                                                   // (6)
                dar.Store(at.Gates, u);
                dar.Store(at.Signal, u);
                daz.Store(at.Signal, zu);
                dv.Store(at.Signal, nu);
                at.BiasGradient.Add(u, dar);                                                                        // (1)
                at.RecurrentBiasGradient.Add(u, dv);                                                                // (3a)
            }

            return u;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix<TLane>(in Row at, int u, TLane z, TLane n)
        where TLane : unmanaged, ILane<TLane, T> =>
        ((TLane.Broadcast(T.One) - z) * n + z * TLane.Load(at.HiddenBefore, u)).Store(at.Hidden, u);                // (4)

    /// <summary>Goes back through (4), n of (3), and (2): leaves daz, dan and the gradient that reaches h' without a product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackMix<TLane>(in Row at, int u, out TLane daz, out TLane dan)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int zu = at.Size + u, nu = 2 * at.Size + u;
        TLane one = TLane.Broadcast(T.One), dh = TLane.Load(at.HiddenGradient, u);
        TLane z = TLane.Load(at.Gates, zu), n = TLane.Load(at.Gates, nu);
        dan = dh * (one - z) * (one - n * n);                                                                       // (4)(3)
        dan = GradientLimit.Apply(dan, at.GradientLimit);                                                           // (6)
        daz = dh * (TLane.Load(at.HiddenBefore, u) - n) * z * (one - z);                                            // (4)(2)
        daz = GradientLimit.Apply(daz, at.GradientLimit);                                                           // (6)
        (dh * z).Store(at.HiddenGradient, u);                                                                       // (4)
        daz.Store(at.Gates, zu);
        dan.Store(at.Gates, nu);
        at.BiasGradient.Add(zu, daz);                                                                               // (2)
        at.BiasGradient.Add(nu, dan);                                                                               // (3)
    }

    /// <summary>The numbers of one row: H, 3H of gates and bias, H or 3H of the signal.</summary>
    private struct Row
    {
        /// <summary>H; the columns of r, z and n start at 0, H and 2H.</summary>
        public int Size;

        /// <summary>The largest magnitude of da, or 0 for none.</summary>
        public T GradientLimit;

        public Numbers<T> Bias, RecurrentBias, Gates, Signal, HiddenBefore, Hidden;
        public Numbers<T> HiddenGradient, SignalGradient, BiasGradient, RecurrentBiasGradient;

        public readonly Row At(nint row, int signalSize, int vectorSize) => this with
        {
            Gates = Gates + row * 3 * Size,
            Signal = Signal + row * signalSize,
            HiddenBefore = HiddenBefore + row * Size,
            Hidden = Hidden + row * Size,
            HiddenGradient = HiddenGradient + row * Size,
            SignalGradient = SignalGradient + row * signalSize,
            BiasGradient = BiasGradient + row * vectorSize,
            RecurrentBiasGradient = BiasGradient + row * vectorSize + 3 * Size,
        };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLane PreActivation<TLane>(int column)
            where TLane : unmanaged, ILane<TLane, T> => TLane.Load(Gates, column) + TLane.Load(Bias, column);
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The gated recurrent unit of Cho et al., with the numbers of docs/layers.md. The pre-activations ar az an are W x, to which R h' is
/// added; in an that is R_n v, or with the reset after it r*v. h' is the state of the step before.
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
/// "Empirical Evaluation of Gated Recurrent Neural Networks on Sequence Modeling" (2014). z and 1-z are in the places that PyTorch and
/// Keras give them.
/// </remarks>
public sealed class GruCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StateBlock _h;
    private readonly SignalBlock _v;                    // v of (3) [H], or R h' of (3a) [3H]
    private readonly VectorBlock<T> _b;
    private readonly VectorBlock<T>? _rb;

    /// <summary>A cell of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Where the reset is, dropout, initial values; null for the defaults.</param>
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
                UnitLoop<T>.Run<ForwardAfter, Row>(at, HiddenSize);
            }
            else if (stage == 0)
            {
                UnitLoop<T>.Run<ForwardGates, Row>(at, HiddenSize);
            }
            else
            {
                UnitLoop<T>.Run<ForwardCandidate, Row>(at, HiddenSize);
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
                UnitLoop<T>.Run<BackwardAfter, Row>(at, HiddenSize);
            }
            else if (stage == 0)
            {
                UnitLoop<T>.Run<BackwardGates, Row>(at, HiddenSize);
            }
            else
            {
                UnitLoop<T>.Run<BackwardCandidate, Row>(at, HiddenSize);
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

    /// <summary>(1), (2), and v of (3) for the product R_n v.</summary>
    private readonly struct ForwardGates : IUnits<Row, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in Row at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane r = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(u));                     // (1)
            TLane z = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(at.Size + u));           // (2)
            at.Gates.Store(u, r);
            at.Gates.Store(at.Size + u, z);
            at.Signal.Store(u, r * at.HiddenBefore.Load<TLane>(u));                                 // (3)
        }
    }

    /// <summary>v of (3), and (1) backwards.</summary>
    private readonly struct BackwardGates : IUnits<Row, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in Row at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane r = at.Gates.Load<TLane>(u), dv = at.SignalGradient.Load<TLane>(u);
            TLane dar = dv * at.HiddenBefore.Load<TLane>(u) * r * (TLane.Broadcast(T.One) - r);     // (3)(1)
            dar = GradientLimit.Apply(dar, at.GradientLimit);                                       // (6)
            at.Gates.Store(u, dar);
            at.BiasGradient.Add(u, dar);                                                            // (1)
            at.HiddenGradient.Add(u, dv * r);                                                       // (3)
        }
    }

    /// <summary>n of (3), and (4).</summary>
    private readonly struct ForwardCandidate : IUnits<Row, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in Row at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane n = Elementary.Tanh<TLane, T>(at.PreActivation<TLane>(2 * at.Size + u));          // (3)
            at.Gates.Store(2 * at.Size + u, n);
            Mix(at, u, at.Gates.Load<TLane>(at.Size + u), n);                                       // (4)
        }
    }

    /// <summary>(4) and n of (3) backwards.</summary>
    private readonly struct BackwardCandidate : IUnits<Row, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in Row at, int u)
            where TLane : unmanaged, ILane<TLane, T> => BackMix<TLane>(at, u, out _, out _);
    }

    /// <summary>(1), (2), (3a) and (4).</summary>
    private readonly struct ForwardAfter : IUnits<Row, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in Row at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            int zu = at.Size + u, nu = 2 * at.Size + u;
            TLane r = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(u) + at.Signal.Load<TLane>(u));      // (1)
            TLane z = Elementary.Sigmoid<TLane, T>(at.PreActivation<TLane>(zu) + at.Signal.Load<TLane>(zu));    // (2)
            TLane v = at.Signal.Load<TLane>(nu) + at.RecurrentBias.Load<TLane>(u);                              // (3a)
            TLane n = Elementary.Tanh<TLane, T>(at.PreActivation<TLane>(nu) + r * v);                           // (3a)
            at.Gates.Store(u, r);
            at.Gates.Store(zu, z);
            at.Gates.Store(nu, n);
            at.Signal.Store(nu, v);
            Mix(at, u, z, n);                                                                                   // (4)
        }
    }

    /// <summary>(4), (3a) and (1) backwards.</summary>
    private readonly struct BackwardAfter : IUnits<Row, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in Row at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            int zu = at.Size + u, nu = 2 * at.Size + u;
            BackMix(at, u, out TLane daz, out TLane dan);
            TLane r = at.Gates.Load<TLane>(u), v = at.Signal.Load<TLane>(nu);
            TLane dv = dan * r;                                                                     // (3a)
            TLane dar = dan * v * r * (TLane.Broadcast(T.One) - r);                                 // (3a)(1)
            dar = GradientLimit.Apply(dar, at.GradientLimit);                                       // (6)
            at.Gates.Store(u, dar);
            at.Signal.Store(u, dar);
            at.Signal.Store(zu, daz);
            at.Signal.Store(nu, dv);
            at.BiasGradient.Add(u, dar);                                                            // (1)
            at.RecurrentBiasGradient.Add(u, dv);                                                    // (3a)
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix<TLane>(in Row at, int u, TLane z, TLane n)
        where TLane : unmanaged, ILane<TLane, T> =>
        at.Hidden.Store(u, (TLane.Broadcast(T.One) - z) * n + z * at.HiddenBefore.Load<TLane>(u));  // (4)

    /// <summary>(4), (3) and (2) backwards: leaves daz, dan and what reaches h' past the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackMix<TLane>(in Row at, int u, out TLane daz, out TLane dan)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int zu = at.Size + u, nu = 2 * at.Size + u;
        TLane one = TLane.Broadcast(T.One), dh = at.HiddenGradient.Load<TLane>(u);
        TLane z = at.Gates.Load<TLane>(zu), n = at.Gates.Load<TLane>(nu);
        dan = dh * (one - z) * (one - n * n);                                                       // (4)(3)
        dan = GradientLimit.Apply(dan, at.GradientLimit);                                           // (6)
        daz = dh * (at.HiddenBefore.Load<TLane>(u) - n) * z * (one - z);                            // (4)(2)
        daz = GradientLimit.Apply(daz, at.GradientLimit);                                           // (6)
        at.HiddenGradient.Store(u, dh * z);                                                         // (4)
        at.Gates.Store(zu, daz);
        at.Gates.Store(nu, dan);
        at.BiasGradient.Add(zu, daz);                                                               // (2)
        at.BiasGradient.Add(nu, dan);                                                               // (3)
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
            where TLane : unmanaged, ILane<TLane, T> => Gates.Load<TLane>(column) + Bias.Load<TLane>(column);
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The cell of Elman's recurrent network, with the numbers of docs/layers.md. The pre-activation a is W x + R h'.
/// <code>
/// (1) h = tanh(a + b), or another activation
/// </code>
/// Parameters: W [H, inputSize], R [H, H], b [H]; by option h0 [H]. State: h.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Elman, "Finding Structure in Time" (1990).</remarks>
public sealed class RnnCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Activation _activation;
    private readonly StateBlock _h;
    private readonly VectorBlock<T> _b;

    /// <summary>Creates a cell of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Activation, dropout, initial values; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    public RnnCell(int inputSize, int hiddenSize, RnnOptions? options = null)
        : base(inputSize, hiddenSize, options ??= new RnnOptions())
    {
        _activation = options.Activation;
        Gate a = AddGate("", _activation);
        _h = AddState("h", isOutput: true);
        AddInputWeights("W");
        RecurrentWeights = AddProduct("R", _h, a);
        _b = AddVector("b", Initializer.Zero);
    }

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        Options.AddTo(new LayerDescription("rnn").With("inputSize", InputSize).With("hiddenSize", HiddenSize));

    /// <summary>R [H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <summary>b [H].</summary>
    public Parameter<T> Bias => _b.Parameter;

    internal override bool LimitsGradients => true;

    /// <inheritdoc/>
    protected internal override void Forward(int stage, in CellStep<T> step)
    {
        Row first = new()
        {
            Activation = _activation,
            Bias = Numbers<T>.Of(_b.Parameter.Current),
            Gate = Numbers<T>.Of(step.Gates),
            Hidden = Numbers<T>.Of(step.AllOf(_h)),
        };
        for (int row = 0; row < step.Rows; row++)
        {
            LaneLoop<T>.Run<ForwardUnits, Row>(first.At(row, HiddenSize), HiddenSize);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(int stage, in CellStep<T> step)
    {
        Row first = new()
        {
            Activation = _activation,
            Gate = Numbers<T>.Of(step.Gates),
            HiddenGradient = Numbers<T>.Of(step.AllGradients(_h)),
            BiasGradient = Numbers<T>.Of(step.VectorGradients),
            GradientLimit = step.GradientLimit,
        };
        for (int row = 0; row < step.Rows; row++)
        {
            LaneLoop<T>.Run<BackwardUnits, Row>(first.At(row, HiddenSize), HiddenSize);
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
                TLane h = Activations.Activate<TLane, T>(at.Activation, TLane.Load(at.Gate, u) + TLane.Load(at.Bias, u));    // (1)
                h.Store(at.Gate, u);
                h.Store(at.Hidden, u);
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
                TLane dh = TLane.Load(at.HiddenGradient, u);
                TLane da = dh * Activations.Slope<TLane, T>(at.Activation, TLane.Load(at.Gate, u));                          // (1)
                da = GradientLimit.Apply(da, at.GradientLimit);                                                              // (6)
                at.BiasGradient.Add(u, da);                                                                                  // (1)
                da.Store(at.Gate, u);
            }

            return u;
        }
    }

    /// <summary>The numbers of one row, H each.</summary>
    private struct Row
    {
        public Activation Activation;
        public T GradientLimit;
        public Numbers<T> Bias, Gate, Hidden, HiddenGradient, BiasGradient;

        public readonly Row At(nint row, int size) => this with
        {
            Gate = Gate + row * size,
            Hidden = Hidden + row * size,
            HiddenGradient = HiddenGradient + row * size,
            BiasGradient = BiasGradient + row * size,
        };
    }
}

using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// An LSTM over a sequence: [steps, batch, inputSize] to h [steps, batch, hiddenSize], or P numbers for each h with a projection. Token ids as
/// input stand for one-hot vectors.
/// <para>
/// Parameters: W [4H, inputSize], R [4H, H], b [4H] with the gates in the order i, f, g, o, without those that there are not. By option: p [3H]
/// in the order i, f, o; Q [3H, 3H] from and to i, f, o; P [P, H]; gain and shift of the gates [4H], gain_c and shift_c of the cell state [H]; h0, c0.
/// Where W x and R h' are normalised apart, gain and shift are [2, 4H]. States: h and c, and with Q also gates [batch, 3H].
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Hochreiter and Schmidhuber (1997); Gers et al. (2000); the equations are those of Greff et al. (2017), section II.</remarks>
public sealed class LstmLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A row of gradients or of the cache has fewer than 32 numbers for each unit.</summary>
    private const int LargestHiddenSize = int.MaxValue / 32;

    private readonly LstmCell<T> _cell;

    /// <summary>A layer of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Gates, peepholes, layer normalisation, dropout, initial values; null for a plain LSTM.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    /// <exception cref="ArgumentException">Two options do not go together; the message names them.</exception>
    public LstmLayer(int inputSize, int hiddenSize, LstmOptions? options = null)
        : base(inputSize, OutputSizeOf(hiddenSize, options))
    {
        options ??= new LstmOptions();
        ArgumentOutOfRange.ThrowIfGreaterThan(hiddenSize, LargestHiddenSize);
        options.Validate(nameof(options));
        options.CheckNumbers<T>(nameof(options));
        HiddenSize = hiddenSize;
        LstmShape shape = new(Positive(hiddenSize, nameof(hiddenSize)), FormOf(options), options.LayerNorm);
        int gates = shape.GateCount, columns = (int)Math.Min((long)gates * hiddenSize, int.MaxValue);
        InputWeights = AddParameter("W", options.InputInitializer, gates, [columns, inputSize]);
        RecurrentWeights = AddParameter("R", options.RecurrentInitializer, gates, [columns, OutputSize]);
        _cell = CreateCell(options, shape);
    }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize { get; }

    /// <summary>W [4H, inputSize].</summary>
    public Parameter<T> InputWeights { get; }

    /// <summary>R [4H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => true;

    /// <inheritdoc/>
    internal override int LargestWidth => _cell.LargestWidth;

    /// <inheritdoc/>
    protected internal override LayerPass<T> CreatePass(PassContext<T> context) => new RecurrentPass<T>(context, this, _cell);

    private static int OutputSizeOf(int hiddenSize, LstmOptions? options) =>
        options is { Projection: > 0 } ? options.Projection : Positive(hiddenSize, nameof(hiddenSize));

    private static AnyForm FormOf(LstmOptions options) => new()
    {
        HasInputGate = options.InputGate,
        HasForgetGate = options.ForgetGate,
        IsCoupled = options.CoupledGates,
        HasOutputGate = options.OutputGate,
        HasBias = options.LayerNorm is null || (options.LayerNorm.Bias && !HasInnerBias(options.LayerNorm)),
        HasPeepholes = options.Peepholes,
        HasGateHistory = options.FullGateRecurrence,
        Clips = options.CellClip > 0,
        Projects = options.Projection > 0,
        DropsBlockInput = options.RecurrentDropout > 0,
        HoldsCell = options.ZoneoutCell > 0,
        HoldsHidden = options.ZoneoutHidden > 0,
        BlockActivation = options.BlockActivation,
        OutputActivation = options.OutputActivation,
    };

    /// <summary>Whether the bias is added before all gates are normalised together.</summary>
    private static bool HasInnerBias(LayerNormOptions norm) => norm is { Bias: true, Gates: GatePlacement.Joint };

    private LstmCell<T> CreateCell(LstmOptions options, LstmShape shape)
    {
        LayerNormOptions? norm = options.LayerNorm;
        T epsilon = T.CreateTruncating(norm?.Epsilon ?? 0);
        bool hasBias = norm is null || norm.Bias, hasInnerBias = norm != null && HasInnerBias(norm);
        Initializer constant = Initializer.PerGate([.. GateValues(options, options.ForgetBias)]);
        int gates = shape.GateCount, columns = shape.Columns, sides = norm?.Gates == GatePlacement.Split ? 2 : 1;
        Parameter<T>? bias = hasBias ? AddParameter("b", constant, gates, [columns]) : null;
        Parameter<T>? gain = norm is null ? null : AddParameter("gain", Initializer.One, sides * gates, Sides(sides, columns));
        Parameter<T>? shift = norm is not { GateShift: true }
            ? null
            : AddParameter("shift", ShiftInitializer(options, hasBias, sides), sides * gates, Sides(sides, columns));
        bool normsCell = shape.CellNorm != CellPlacement.None;
        return new LstmCell<T>
        {
            HiddenSize = HiddenSize,
            GateSize = columns,
            Outputs = OutputSize,
            Shape = shape,
            InputWeights = InputWeights,
            Bias = hasInnerBias ? null : bias,
            InnerBias = hasInnerBias ? bias : null,
            Gain = gain,
            Shift = shift,
            CellGain = normsCell ? AddParameter("gain_c", Initializer.One, HiddenSize) : null,
            CellShift = normsCell ? AddParameter("shift_c", Initializer.Zero, HiddenSize) : null,
            Peepholes = options.Peepholes && shape.SigmoidCount > 0
                ? AddParameter("p", options.PeepholeInitializer, shape.SigmoidCount, [shape.SigmoidCount * HiddenSize])
                : null,
            Normalization = norm is null ? null : new GateNormalization<T>(norm.Gates, shape, epsilon),
            Stages = StagesOf(options, norm),
            InitialHidden = options.LearnInitialState ? AddParameter("h0", Initializer.Zero, OutputSize) : null,
            InitialCell = options.LearnInitialState ? AddParameter("c0", Initializer.Zero, HiddenSize) : null,
            Dropout = new RecurrentDropoutRates(
                options.RecurrentDropout, options.HiddenDropout, options.WeightDropout, options.ZoneoutHidden, options.ZoneoutCell),
            Clip = T.CreateTruncating(options.CellClip),
            Epsilon = epsilon,
        };
    }

    private List<IReadOnlyList<RecurrentProduct<T>>> StagesOf(LstmOptions options, LayerNormOptions? norm)
    {
        int n = HiddenSize;
        ProductTarget target = norm?.Gates == GatePlacement.Split ? ProductTarget.Recurrent : ProductTarget.Gates;
        List<RecurrentProduct<T>> first = [new(RecurrentWeights) { Target = target }];
        List<IReadOnlyList<RecurrentProduct<T>>> stages = [first];
        if (options.FullGateRecurrence)
        {
            Parameter<T> fromGates = AddParameter("Q", options.RecurrentInitializer, 3, [3 * n, 3 * n]);
            first.Add(new(fromGates) { Source = ProductSource.GateHistory, Rows = 2 * n });
            first.Add(new(fromGates) { Source = ProductSource.GateHistory, FirstRow = 2 * n, Rows = n, FirstColumn = 3 * n });
        }

        if (options.Projection > 0)
        {
            Parameter<T> projection = AddParameter("P", options.RecurrentInitializer, 1, [OutputSize, n]);
            stages.Add([new(projection) { Source = ProductSource.Inner, Target = ProductTarget.Hidden }]);
        }

        return stages;
    }

    /// <summary>A value for each gate that there is: 0, and that of the forget gate.</summary>
    private static IEnumerable<double> GateValues(LstmOptions options, double forget)
    {
        if (options.InputGate)
        {
            yield return 0;
        }

        if (options.ForgetGate && !options.CoupledGates)
        {
            yield return forget;
        }

        yield return 0;
        if (options.OutputGate)
        {
            yield return 0;
        }
    }

    /// <summary>The forget bias is in one place alone: the bias, or else the first of the shifts.</summary>
    private static Initializer ShiftInitializer(LstmOptions options, bool hasBias, int sides)
    {
        double[] first = [.. GateValues(options, hasBias ? 0 : options.ForgetBias)];
        return Initializer.PerGate(sides == 1 ? first : [.. first, .. new double[first.Length]]);
    }

    private static int[] Sides(int sides, int columns) => sides == 1 ? [columns] : [sides, columns];
}

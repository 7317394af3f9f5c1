using System.Numerics;

namespace Lstm;

/// <summary>
/// An LSTM over a sequence: [steps, batch, inputSize] to h [steps, batch, hiddenSize]. Token ids as input stand for one-hot vectors.
/// <para>
/// Parameters: W [4H, inputSize], R [4H, H], b [4H] with the gates in the order i, f, g, o; with peepholes p [3H] in the order i, f, o;
/// with layer normalisation, in place of b: gain [4H], shift [4H], gain_c [H], shift_c [H]. States: h and c [batch, H].
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Hochreiter and Schmidhuber (1997); Gers et al. (2000); the equations are those of Greff et al. (2017), section II.</remarks>
public sealed class LstmLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentCell<T> _cell;

    /// <summary>A layer of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Peepholes, layer normalisation, initial values; null for a plain LSTM.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is less than 1 or too large, the forget bias is not finite, or the epsilon of the normalisation is not positive.
    /// </exception>
    public LstmLayer(int inputSize, int hiddenSize, LstmOptions? options = null)
        : base(inputSize, Positive(hiddenSize, nameof(hiddenSize)))
    {
        options ??= new LstmOptions();
        if (!double.IsFinite(options.ForgetBias))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.ForgetBias, "Expected a finite forget bias.");
        }

        int gates = (int)Math.Min(4L * hiddenSize, int.MaxValue);
        InputWeights = AddParameter("W", options.InputInitializer, 4, [gates, inputSize]);
        RecurrentWeights = AddParameter("R", options.RecurrentInitializer, 4, [gates, hiddenSize]);
        _cell = options.LayerNorm is null ? PlainCell(options) : LayerNormCell(options, options.LayerNorm);
    }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize => OutputSize;

    /// <summary>W [4H, inputSize].</summary>
    public Parameter<T> InputWeights { get; }

    /// <summary>R [4H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => true;

    /// <inheritdoc/>
    protected internal override LayerPass<T> CreatePass(PassContext<T> context) => new RecurrentPass<T>(context, this, _cell);

    private LstmCell<T> PlainCell(LstmOptions options) => new()
    {
        HiddenSize = HiddenSize,
        GateSize = 4 * HiddenSize,
        InputWeights = InputWeights,
        Stages = [[new RecurrentProduct<T>(RecurrentWeights)]],
        Bias = AddParameter("b", Initializer.PerGate(0, options.ForgetBias, 0, 0), 4, [4 * HiddenSize]),
        Peepholes = PeepholeParameter(options),
    };

    private LayerNormLstmCell<T> LayerNormCell(LstmOptions options, LayerNormOptions normalization)
    {
        double epsilon = normalization.Epsilon;
        if (!(T.CreateTruncating(epsilon) > T.Zero) || !double.IsFinite(epsilon))
        {
            throw new ArgumentOutOfRangeException(nameof(options), epsilon, $"Expected an epsilon of the layer normalisation that is greater than 0 as {typeof(T).Name}.");
        }

        return new(T.CreateTruncating(epsilon))
        {
            HiddenSize = HiddenSize,
            GateSize = 4 * HiddenSize,
            InputWeights = InputWeights,
            Stages = [[new RecurrentProduct<T>(RecurrentWeights)]],
            Gain = AddParameter("gain", Initializer.One, 4, [4 * HiddenSize]),
            Shift = AddParameter("shift", Initializer.PerGate(0, options.ForgetBias, 0, 0), 4, [4 * HiddenSize]),
            CellGain = AddParameter("gain_c", Initializer.One, HiddenSize),
            CellShift = AddParameter("shift_c", Initializer.Zero, HiddenSize),
            Peepholes = PeepholeParameter(options),
        };
    }

    private Parameter<T>? PeepholeParameter(LstmOptions options) =>
        options.Peepholes ? AddParameter("p", options.PeepholeInitializer, 3, [3 * HiddenSize]) : null;
}

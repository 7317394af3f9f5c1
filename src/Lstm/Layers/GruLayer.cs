using System.Numerics;

namespace Lstm;

/// <summary>
/// A gated recurrent unit over a sequence: [steps, batch, inputSize] to h [steps, batch, hiddenSize]. Token ids as input stand for one-hot
/// vectors. h' is the state of the step before:
/// <code>
/// r = sigmoid(W_r x + R_r h' + b_r)        n = tanh(W_n x + R_n (r*h') + b_n), or tanh(W_n x + b_n + r*(R_n h' + rb))
/// z = sigmoid(W_z x + R_z h' + b_z)        h = (1-z)*n + z*h'
/// </code>
/// <para>
/// Parameters: W [3H, inputSize], R [3H, H], b [3H] with the gates in the order r, z, n; by option rb [H], h0 [H]. State: h.
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation" (2014); Chung et al.,
/// "Empirical Evaluation of Gated Recurrent Neural Networks on Sequence Modeling" (2014). z and 1-z are in the places that PyTorch and Keras give them.
/// </remarks>
public sealed class GruLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Gates = 3;

    private readonly GruCell<T> _cell;

    /// <summary>A layer of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Where the reset is, dropout, initial values; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    public GruLayer(int inputSize, int hiddenSize, GruOptions? options = null)
        : base(inputSize, Positive(hiddenSize, nameof(hiddenSize)))
    {
        options ??= new GruOptions();
        options.CheckRates(nameof(options));
        int columns = (int)Math.Min((long)Gates * hiddenSize, int.MaxValue);
        InputWeights = AddParameter("W", options.InputInitializer, Gates, [columns, inputSize]);
        RecurrentWeights = AddParameter("R", options.RecurrentInitializer, Gates, [columns, hiddenSize]);
        _cell = new GruCell<T>
        {
            HiddenSize = hiddenSize,
            GateSize = columns,
            InputWeights = InputWeights,
            Stages = GruCell<T>.StagesOf(RecurrentWeights, hiddenSize, options.ResetAfter),
            Bias = AddParameter("b", Initializer.Zero, Gates, [columns]),
            RecurrentBias = options.ResetAfter ? AddParameter("rb", Initializer.Zero, hiddenSize) : null,
            InitialHidden = options.LearnInitialState ? AddParameter("h0", Initializer.Zero, hiddenSize) : null,
            Dropout = options.Rates,
        };
    }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize => OutputSize;

    /// <summary>W [3H, inputSize].</summary>
    public Parameter<T> InputWeights { get; }

    /// <summary>R [3H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => true;

    /// <inheritdoc/>
    internal override int LargestWidth => _cell.LargestWidth;

    /// <inheritdoc/>
    protected internal override LayerPass<T> CreatePass(PassContext<T> context) => new RecurrentPass<T>(context, this, _cell);
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// An Elman network over a sequence, effectively <c>h = tanh(W x + R h' + b)</c>: [steps, batch, inputSize] to h [steps, batch, hiddenSize].
/// Token ids as input stand for one-hot vectors.
/// <para>Parameters: W [H, inputSize], R [H, H], b [H]; by option h0 [H]. State: h.</para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Elman, "Finding Structure in Time" (1990).</remarks>
public sealed class RnnLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RnnCell<T> _cell;

    /// <summary>A layer of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Activation, dropout, initial values; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    public RnnLayer(int inputSize, int hiddenSize, RnnOptions? options = null)
        : base(inputSize, Positive(hiddenSize, nameof(hiddenSize)))
    {
        options ??= new RnnOptions();
        options.Validate(nameof(options));
        InputWeights = AddParameter("W", options.InputInitializer, hiddenSize, inputSize);
        RecurrentWeights = AddParameter("R", options.RecurrentInitializer, hiddenSize, hiddenSize);
        _cell = new RnnCell<T>(options.Activation)
        {
            HiddenSize = hiddenSize,
            GateSize = hiddenSize,
            InputWeights = InputWeights,
            Stages = [[new(RecurrentWeights)]],
            Bias = AddParameter("b", Initializer.Zero, hiddenSize),
            InitialHidden = options.LearnInitialState ? AddParameter("h0", Initializer.Zero, hiddenSize) : null,
            Dropout = options.Rates,
        };
    }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize => OutputSize;

    /// <summary>W [H, inputSize].</summary>
    public Parameter<T> InputWeights { get; }

    /// <summary>R [H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => true;

    /// <inheritdoc/>
    internal override int LargestWidth => _cell.LargestWidth;

    /// <inheritdoc/>
    protected internal override LayerPass<T> CreatePass(PassContext<T> context) => new RecurrentPass<T>(context, this, _cell);
}

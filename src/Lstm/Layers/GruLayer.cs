using System.Numerics;

namespace Lstm;

/// <summary>
/// A gated recurrent unit over a sequence, from [steps, batch, inputSize] to h [steps, batch, hiddenSize]. Token ids as input stand for
/// one-hot vectors. h' is the state of the step before:
/// <code>
/// r = sigmoid(W_r x + R_r h' + b_r)        n = tanh(W_n x + R_n (r*h') + b_n), or tanh(W_n x + b_n + r*(R_n h' + rb))
/// z = sigmoid(W_z x + R_z h' + b_z)        h = (1-z)*n + z*h'
/// </code>
/// Parameters and state are those of its <see cref="GruCell{T}"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation" (2014); Chung et al.,
/// "Empirical Evaluation of Gated Recurrent Neural Networks on Sequence Modeling" (2014).
/// </remarks>
public sealed class GruLayer<T> : RecurrentLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer of <paramref name="hiddenSize"/> units.</summary>
    /// <inheritdoc cref="GruCell{T}(int, int, GruOptions)"/>
    public GruLayer(int inputSize, int hiddenSize, GruOptions? options = null)
        : base(new GruCell<T>(inputSize, hiddenSize, options))
    {
    }

    /// <inheritdoc cref="GruCell{T}.RecurrentWeights"/>
    public Parameter<T> RecurrentWeights => OwnCell.RecurrentWeights;

    /// <inheritdoc cref="GruCell{T}.Bias"/>
    public Parameter<T> Bias => OwnCell.Bias;

    /// <inheritdoc cref="GruCell{T}.RecurrentBias"/>
    public Parameter<T>? RecurrentBias => OwnCell.RecurrentBias;

    /// <inheritdoc/>
    public override LayerDescription? Describe() => Cell.Describe();

    private GruCell<T> OwnCell => (GruCell<T>)Cell;
}

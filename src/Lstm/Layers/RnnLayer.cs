using System.Numerics;

namespace Lstm;

/// <summary>
/// An Elman network over a sequence, effectively <c>h = tanh(W x + R h' + b)</c>, from [steps, batch, inputSize] to h [steps, batch,
/// hiddenSize]. Token ids as input stand for one-hot vectors. Parameters and state are those of its <see cref="RnnCell{T}"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Elman, "Finding Structure in Time" (1990).</remarks>
public sealed class RnnLayer<T> : RecurrentLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer of <paramref name="hiddenSize"/> units.</summary>
    /// <inheritdoc cref="RnnCell{T}(int, int, RnnOptions)"/>
    public RnnLayer(int inputSize, int hiddenSize, RnnOptions? options = null)
        : base(new RnnCell<T>(inputSize, hiddenSize, options))
    {
    }

    /// <inheritdoc cref="RnnCell{T}.RecurrentWeights"/>
    public Parameter<T> RecurrentWeights => OwnCell.RecurrentWeights;

    /// <inheritdoc cref="RnnCell{T}.Bias"/>
    public Parameter<T> Bias => OwnCell.Bias;

    /// <inheritdoc/>
    public override LayerDescription? Describe() => Cell.Describe();

    private RnnCell<T> OwnCell => (RnnCell<T>)Cell;
}

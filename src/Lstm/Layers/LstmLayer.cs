using System.Numerics;

namespace Lstm;

/// <summary>
/// An LSTM over a sequence, from [steps, batch, inputSize] to h [steps, batch, hiddenSize], or [steps, batch, P] with a projection. Token
/// ids as input stand for one-hot vectors. Parameters and states are those of its <see cref="LstmCell{T}"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Hochreiter and Schmidhuber (1997); Gers et al. (2000); the equations are those of Greff et al. (2017), section II.</remarks>
public sealed class LstmLayer<T> : RecurrentLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer of <paramref name="hiddenSize"/> units.</summary>
    /// <inheritdoc cref="LstmCell{T}(int, int, LstmOptions)"/>
    public LstmLayer(int inputSize, int hiddenSize, LstmOptions? options = null)
        : base(new LstmCell<T>(inputSize, hiddenSize, options))
    {
    }

    /// <inheritdoc cref="LstmCell{T}.RecurrentWeights"/>
    public Parameter<T> RecurrentWeights => OwnCell.RecurrentWeights;

    /// <inheritdoc cref="LstmCell{T}.Bias"/>
    public Parameter<T>? Bias => OwnCell.Bias;

    /// <inheritdoc cref="LstmCell{T}.Peepholes"/>
    public Parameter<T>? Peepholes => OwnCell.Peepholes;

    /// <inheritdoc cref="LstmCell{T}.Gain"/>
    public Parameter<T>? Gain => OwnCell.Gain;

    /// <inheritdoc cref="LstmCell{T}.Shift"/>
    public Parameter<T>? Shift => OwnCell.Shift;

    /// <inheritdoc cref="LstmCell{T}.CellGain"/>
    public Parameter<T>? CellGain => OwnCell.CellGain;

    /// <inheritdoc cref="LstmCell{T}.CellShift"/>
    public Parameter<T>? CellShift => OwnCell.CellShift;

    /// <inheritdoc/>
    public override LayerDescription? Describe() => Cell.Describe();

    private LstmCell<T> OwnCell => (LstmCell<T>)Cell;
}

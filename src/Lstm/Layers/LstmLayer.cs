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
    private readonly LstmCell<T> _cell;

    /// <summary>Creates a layer of <paramref name="hiddenSize"/> units.</summary>
    /// <inheritdoc cref="LstmCell{T}(int, int, LstmOptions)"/>
    public LstmLayer(int inputSize, int hiddenSize, LstmOptions? options = null)
        : this(new LstmCell<T>(inputSize, hiddenSize, options))
    {
    }

    private LstmLayer(LstmCell<T> cell)
        : base(cell)
    {
        _cell = cell;
    }

    /// <inheritdoc cref="LstmCell{T}.RecurrentWeights"/>
    public Parameter<T> RecurrentWeights => _cell.RecurrentWeights;

    /// <inheritdoc cref="LstmCell{T}.Bias"/>
    public Parameter<T>? Bias => _cell.Bias;

    /// <inheritdoc cref="LstmCell{T}.Peepholes"/>
    public Parameter<T>? Peepholes => _cell.Peepholes;

    /// <inheritdoc cref="LstmCell{T}.Gain"/>
    public Parameter<T>? Gain => _cell.Gain;

    /// <inheritdoc cref="LstmCell{T}.Shift"/>
    public Parameter<T>? Shift => _cell.Shift;

    /// <inheritdoc cref="LstmCell{T}.CellGain"/>
    public Parameter<T>? CellGain => _cell.CellGain;

    /// <inheritdoc cref="LstmCell{T}.CellShift"/>
    public Parameter<T>? CellShift => _cell.CellShift;
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// A layer-normalised LSTM: by default every gate is normalised on its own, scaled and shifted, and the normalised cell state is used and
/// carried on, as in TensorFlow's LayerNormBasicLSTMCell. Effectively an <see cref="LstmCell{T}"/> with
/// <see cref="LstmOptions.LayerNorm"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Ba, Kiros and Hinton, "Layer Normalization" (2016).</remarks>
public sealed class LayerNormLstmCell<T> : LstmCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a cell of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="norm">
    /// How to normalise, such as <see cref="LayerNormOptions.Ba"/>; default: the default placement, with an epsilon of 1e-5.
    /// </param>
    /// <param name="options">Every other option; null for the defaults. Its own <see cref="LstmOptions.LayerNorm"/> is not read.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    /// <exception cref="ArgumentException">Two options exclude each other; the message names them.</exception>
    public LayerNormLstmCell(int inputSize, int hiddenSize, LayerNormOptions? norm = null, LstmOptions? options = null)
        : base(inputSize, hiddenSize, (options ?? new LstmOptions()) with { LayerNorm = norm ?? new LayerNormOptions() })
    {
    }
}

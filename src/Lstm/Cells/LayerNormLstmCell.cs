using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The layer-normalised LSTM in the placement of TensorFlow contrib, with or without peepholes; LN(v) is (v - mean) / sqrt(var + eps)
/// over the hidden units, h', c' are the states of the step before:
/// <code>
/// (1) x̂_q = LN(W_q x + R_q h')              q = i f g o
/// (2) i = sigmoid(gain_i*x̂_i + shift_i + p_i*c')         (6) x̂_c = LN(c_raw)
/// (3) f = sigmoid(gain_f*x̂_f + shift_f + p_f*c')         (7) c = gain_c*x̂_c + shift_c
/// (4) g = tanh(gain_g*x̂_g + shift_g)                     (8) o = sigmoid(gain_o*x̂_o + shift_o + p_o*c)
/// (5) c_raw = f*c' + i*g                                  (9) h = o*tanh(c)
/// </code>
/// The equations and their derivatives stand in <see cref="LayerNormLstmGates{T}"/>.
/// </summary>
internal sealed class LayerNormLstmCell<T>(T epsilon) : RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>gain [4H] of i, f, g, o.</summary>
    public required Parameter<T> Gain { get; init; }

    /// <summary>shift [4H] of i, f, g, o.</summary>
    public required Parameter<T> Shift { get; init; }

    /// <summary>gain_c [H].</summary>
    public required Parameter<T> CellGain { get; init; }

    /// <summary>shift_c [H].</summary>
    public required Parameter<T> CellShift { get; init; }

    /// <summary>p [3H] of i, f, o, or null.</summary>
    public required Parameter<T>? Peepholes { get; init; }

    public override int CacheSize => LayerNormLstmGates<T>.CacheSize(HiddenSize);

    public override IReadOnlyList<Parameter<T>> Vectors =>
        Peepholes is null ? [Gain, Shift, CellGain, CellShift] : [Gain, Shift, CellGain, CellShift, Peepholes];

    public override void Forward(int stage, in ForwardStep<T> step) => LayerNormLstmGates<T>.Forward(step, VectorValues);

    public override void Backward(int stage, in BackwardStep<T> step) => LayerNormLstmGates<T>.Backward(step, VectorValues);

    private LayerNormVectors<T> VectorValues => new()
    {
        Gain = Gain.Current,
        Shift = Shift.Current,
        CellGain = CellGain.Current,
        CellShift = CellShift.Current,
        Peephole = Peepholes is null ? [] : Peepholes.Current,
        Epsilon = epsilon,
    };
}

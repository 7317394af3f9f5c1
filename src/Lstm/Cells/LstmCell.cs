using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The LSTM of Greff et al. (2017) with or without peepholes; h', c' are the states of the step before:
/// <code>
/// (1) i = sigmoid(W_i x + R_i h' + b_i + p_i*c')        (4) c = f*c' + i*g
/// (2) f = sigmoid(W_f x + R_f h' + b_f + p_f*c')        (5) o = sigmoid(W_o x + R_o h' + b_o + p_o*c)
/// (3) g = tanh(W_g x + R_g h' + b_g)                    (6) h = o*tanh(c)
/// </code>
/// The equations and their derivatives stand in <see cref="LstmGates{T}"/>.
/// </summary>
internal sealed class LstmCell<T> : RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>b [4H].</summary>
    public required Parameter<T> Bias { get; init; }

    /// <summary>p [3H] of i, f, o, or null.</summary>
    public required Parameter<T>? Peepholes { get; init; }

    public override int CacheSize => LstmGates<T>.CacheSize(HiddenSize);

    public override IReadOnlyList<Parameter<T>> Vectors => Peepholes is null ? [Bias] : [Bias, Peepholes];

    public override void Forward(int stage, in ForwardStep<T> step) =>
        LstmGates<T>.Forward(step, Bias.Current, Peepholes is null ? [] : Peepholes.Current);

    public override void Backward(int stage, in BackwardStep<T> step) =>
        LstmGates<T>.Backward(step, Peepholes is null ? [] : Peepholes.Current);
}

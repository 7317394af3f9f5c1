namespace Lstm;

/// <summary>
/// How a layer-normalised LSTM normalises. Every gate is normalised on its own over the hidden units and then scaled and shifted, there
/// is no other bias, and the normalised cell state is used and carried: the placement of TensorFlow's LayerNormBasicLSTMCell.
/// </summary>
public sealed record LayerNormOptions
{
    /// <summary>TensorFlow contrib's own epsilon of 1e-12; see <see cref="Epsilon"/> for the danger.</summary>
    public static LayerNormOptions TfContrib { get; } = new() { Epsilon = 1e-12 };

    /// <summary>
    /// Added to the variance before the square root; greater than 0, 1e-5 by default.
    /// <para>
    /// Where a gate is the same for all units, as it is for an input of zeros from a state of zeros, its variance is 0 and such a step
    /// multiplies gradients by up to 1/sqrt(Epsilon): some five silent steps at the start of a sequence overflow float. That is the true
    /// derivative. Token ids avoid it, as do inputs that are not all zero, a larger epsilon, or a state that is not zero.
    /// </para>
    /// </summary>
    public double Epsilon { get; init; } = 1e-5;
}

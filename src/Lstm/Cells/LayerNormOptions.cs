namespace Lstm;

/// <summary>
/// How a layer-normalised LSTM normalises. Every gate is normalised on its own over the hidden units and then scaled and shifted, there
/// is no other bias, and the normalised cell state is used and carried: the placement of TensorFlow's LayerNormBasicLSTMCell.
/// </summary>
public sealed record LayerNormOptions
{
    /// <summary>TensorFlow contrib's own epsilon of 1e-12, which can give NaN in float where a gate is constant over its units.</summary>
    public static LayerNormOptions TfContrib { get; } = new() { Epsilon = 1e-12 };

    /// <summary>Added to the variance before the square root; greater than 0, 1e-5 by default.</summary>
    public double Epsilon { get; init; } = 1e-5;
}

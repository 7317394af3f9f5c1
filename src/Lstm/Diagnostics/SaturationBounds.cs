namespace Lstm;

/// <summary>
/// The bounds beyond which a gate counts as saturated, so that hardly any gradient passes through it. A ReLU is saturated at 0.
/// </summary>
public sealed record SaturationBounds
{
    /// <summary>The bound below which a sigmoid is low, in (0, 1); default: 0.1.</summary>
    public double SigmoidLow { get; init; } = 0.1;

    /// <summary>The bound above which a sigmoid is high, in (0, 1); default: 0.9.</summary>
    public double SigmoidHigh { get; init; } = 0.9;

    /// <summary>The bound above which a tanh is high, and below whose negative it is low, in (0, 1); default: 0.9.</summary>
    public double Tanh { get; init; } = 0.9;

    internal void ThrowIfOutOfRange()
    {
        foreach ((string name, double bound) in
            new[] { (nameof(SigmoidLow), SigmoidLow), (nameof(SigmoidHigh), SigmoidHigh), (nameof(Tanh), Tanh) })
        {
            if (!(bound > 0 && bound < 1))
            {
                throw ArgumentOutOfRange.Error("bounds", bound, $"Expected {name} between 0 and 1.");
            }
        }
    }

    /// <summary>Returns the values below and above which a gate with this activation is saturated.</summary>
    internal (double Low, double High) Of(Activation activation) => activation switch
    {
        Activation.Sigmoid => (SigmoidLow, SigmoidHigh),
        Activation.Tanh => (-Tanh, Tanh),
        Activation.Relu => (double.Epsilon, double.PositiveInfinity),
        _ => (double.NegativeInfinity, double.PositiveInfinity),
    };

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(SaturationBounds), PrintMembers);
}

namespace Lstm;

/// <summary>Where a gate counts as saturated, so that hardly any gradient goes through it. A ReLU is saturated at 0.</summary>
public sealed record SaturationBounds
{
    /// <summary>A sigmoid is low below this; in (0, 1), 0.1 by default.</summary>
    public double SigmoidLow { get; init; } = 0.1;

    /// <summary>A sigmoid is high above this; in (0, 1), 0.9 by default.</summary>
    public double SigmoidHigh { get; init; } = 0.9;

    /// <summary>A tanh is high above this, and low below its negative; in (0, 1), 0.9 by default.</summary>
    public double Tanh { get; init; } = 0.9;

    internal void ThrowIfOutOfRange()
    {
        foreach ((string name, double bound) in new[] { (nameof(SigmoidLow), SigmoidLow), (nameof(SigmoidHigh), SigmoidHigh), (nameof(Tanh), Tanh) })
        {
            if (!(bound > 0 && bound < 1))
            {
                throw ArgumentOutOfRange.Error("bounds", bound, $"Expected {name} between 0 and 1.");
            }
        }
    }

    /// <summary>The values below and above which a gate of this kind is saturated.</summary>
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

namespace Lstm;

/// <summary>The statistics of a gate at one step, over all units and sequences.</summary>
/// <param name="Name">The letter of the gate; empty for the activation of an Elman network.</param>
/// <param name="Low">The share in [0, 1] of activations below the lower of the <see cref="SaturationBounds"/>.</param>
/// <param name="High">The share in [0, 1] of activations above the upper one.</param>
/// <param name="Mean">The mean of the activations.</param>
public readonly record struct GateFlow(string Name, double Low, double High, double Mean)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(GateFlow), PrintMembers);
}

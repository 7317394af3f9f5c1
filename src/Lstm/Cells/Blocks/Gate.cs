namespace Lstm;

/// <summary>
/// A gate of a cell. A forward step turns its pre-activation into its value; a backward step finds the value, and leaves the gradient at
/// the pre-activation.
/// </summary>
public sealed class Gate : GateRange
{
    internal Gate(object cell, string name, int firstColumn, int size, Activation activation)
        : base(cell, name, firstColumn, size)
    {
        Activation = activation;
    }

    /// <summary>The function that makes the gate of its pre-activation: what <see cref="GradientFlow{T}"/> takes its limits from.</summary>
    public Activation Activation { get; }
}

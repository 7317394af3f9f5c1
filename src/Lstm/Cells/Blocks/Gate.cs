namespace Lstm;

/// <summary>
/// A gate of a cell. A forward step turns its pre-activation into its value; a backward step finds the value and leaves the gradient at the
/// pre-activation.
/// </summary>
public sealed class Gate : GateRange
{
    internal Gate(object cell, string name, int firstColumn, int size, Activation activation)
        : base(cell, name, firstColumn, size)
    {
        Activation = activation;
    }

    /// <summary>The function from the pre-activation to the gate, from which <see cref="GradientFlow{T}"/> takes its limits.</summary>
    public Activation Activation { get; }
}

namespace Lstm;

/// <summary>The parts of the gates' pre-activations that are normalised together.</summary>
public enum GatePlacement
{
    /// <summary>Each gate on its own: LN(W_q x + R_q h') over the H units.</summary>
    PerGate,

    /// <summary>W x over all gates together, and R h' over all gates together: LN(W x) + LN(R h').</summary>
    Split,

    /// <summary>All gates together: LN(W x + R h' + b) over all of them.</summary>
    Joint,
}

namespace Lstm;

/// <summary>What makes a gate of its pre-activation, and with it where the gate is saturated.</summary>
internal enum GateActivation
{
    /// <summary>Unbounded, or unknown: never saturated.</summary>
    Other,

    /// <summary>In (0, 1).</summary>
    Sigmoid,

    /// <summary>In (-1, 1).</summary>
    Tanh,

    /// <summary>From 0, where it is flat.</summary>
    Relu,
}

/// <summary>A gate of a cell: its letter and its columns among those of all gates.</summary>
internal sealed record RecurrentGate(string Name, int FirstColumn, int Columns, GateActivation Activation)
{
    /// <summary>Gates of one size that lie one after the other.</summary>
    public static IReadOnlyList<RecurrentGate> Blocks(int size, params IReadOnlyList<(string Name, GateActivation Activation)> gates) =>
        [.. gates.Select((gate, k) => new RecurrentGate(gate.Name, k * size, size, gate.Activation))];
}

namespace Lstm;

/// <summary>The record that a <see cref="GradientFlow{T}"/> keeps of one layer at one step t.</summary>
public sealed class StepFlow
{
    private readonly GateFlow[] _gates;

    internal StepFlow(IReadOnlyList<string> gates) => _gates = [.. gates.Select(name => new GateFlow(name, 0, 0, 0))];

    /// <summary>The step t, counted from 0 at the first step of the window; negative for a step of an earlier window.</summary>
    public int Step { get; internal set; }

    /// <summary>The number of sequences that have this step.</summary>
    public int Sequences { get; internal set; }

    /// <summary>
    /// The Euclidean norm of dh [sequences, size of h], the whole gradient of the loss with respect to h_t: dy + dh_next.
    /// </summary>
    public double HiddenGradientNorm { get; internal set; }

    /// <summary>
    /// The Euclidean norm of dc_next [sequences, H], the gradient of the loss with respect to c_t along the paths to step t+1, without the
    /// one through h_t; null for a layer without c.
    /// </summary>
    public double? CellGradientNorm { get; internal set; }

    /// <summary>The statistics of h_t.</summary>
    public ActivationStatistics Hidden { get; internal set; }

    /// <summary>The statistics of c_t; null for a layer without c.</summary>
    public ActivationStatistics? Cell { get; internal set; }

    /// <summary>The gates, in the order of <see cref="LayerFlow.Gates"/>.</summary>
    public IReadOnlyList<GateFlow> Gates => _gates;

    /// <summary>Returns the gate with a letter, such as <c>f</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such gate; the message lists the gates that there are.</exception>
    public GateFlow Gate(string name)
    {
        int at = Array.FindIndex(_gates, gate => gate.Name == name);
        return at >= 0
            ? _gates[at]
            : throw new KeyNotFoundException(
                $"There is no gate '{name}'; there are {string.Join(", ", _gates.Select(gate => gate.Name))}.");
    }

    internal void SetGate(int gate, double low, double high, double mean) =>
        _gates[gate] = new GateFlow(_gates[gate].Name, low, high, mean);
}

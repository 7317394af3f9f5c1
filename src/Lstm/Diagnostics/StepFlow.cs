namespace Lstm;

/// <summary>The record that a <see cref="GradientFlow{T}"/> keeps of one layer at one step t.</summary>
public sealed class StepFlow
{
    private readonly GateFlow[] _gates;
    private readonly StateFlow[] _states;
    private readonly int _output;
    private readonly int _cell;

    internal StepFlow(Gate[] gates, StateBlock[] states)
    {
        _gates = Array.ConvertAll(gates, gate => new GateFlow(gate.Name, 0, 0, 0));
        _states = Array.ConvertAll(states, state => new StateFlow(state.Name, 0, default));
        _output = Array.FindIndex(states, state => state.IsOutput);
        _cell = Array.FindIndex(states, state => state.Name == "c");
    }

    /// <summary>The step t, counted from 0 at the first step of the window; negative for a step of an earlier window.</summary>
    public int Step { get; internal set; }

    /// <summary>The number of sequences that have this step.</summary>
    public int Sequences { get; internal set; }

    /// <summary>The states, in the order in which the cell declares them.</summary>
    public IReadOnlyList<StateFlow> States => _states;

    /// <summary>The gates, in the order of <see cref="LayerFlow.Gates"/>.</summary>
    public IReadOnlyList<GateFlow> Gates => _gates;

    /// <summary>
    /// The Euclidean norm of dh [sequences, size of h], the whole gradient of the loss with respect to h_t: dy + dh_next.
    /// </summary>
    public double HiddenGradientNorm => _states[_output].GradientNorm;

    /// <summary>
    /// The Euclidean norm of dc_next [sequences, H], the gradient of the loss with respect to c_t along the paths to step t+1, without the
    /// one through h_t; null for a layer without c.
    /// </summary>
    public double? CellGradientNorm => _cell >= 0 ? _states[_cell].GradientNorm : null;

    /// <summary>The statistics of h_t.</summary>
    public ActivationStatistics Hidden => _states[_output].Values;

    /// <summary>The statistics of c_t; null for a layer without c.</summary>
    public ActivationStatistics? Cell => _cell >= 0 ? _states[_cell].Values : null;

    /// <summary>Returns the gate with a letter, such as <c>f</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such gate; the message lists the gates.</exception>
    public GateFlow Gate(string name) =>
        _gates[Found(Array.FindIndex(_gates, gate => gate.Name == name), "gate", name, _gates.Select(gate => gate.Name))];

    /// <summary>Returns the state with a name, such as <c>c</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such state; the message lists the states.</exception>
    public StateFlow State(string name) =>
        _states[Found(Array.FindIndex(_states, state => state.Name == name), "state", name, _states.Select(state => state.Name))];

    internal void SetGate(int gate, double low, double high, double mean) =>
        _gates[gate] = new GateFlow(_gates[gate].Name, low, high, mean);

    internal void SetState(int state, double gradientNorm, ActivationStatistics values) =>
        _states[state] = new StateFlow(_states[state].Name, gradientNorm, values);

    private static int Found(int index, string kind, string name, IEnumerable<string> names) => index >= 0
        ? index
        : throw new KeyNotFoundException($"There is no {kind} '{name}'; there are {string.Join(", ", names)}.");
}

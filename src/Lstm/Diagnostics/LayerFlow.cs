namespace Lstm;

/// <summary>The record that a <see cref="GradientFlow{T}"/> keeps of one layer.</summary>
public sealed class LayerFlow
{
    private readonly StepFlow[] _steps;

    internal LayerFlow(string name, int mostSteps, Gate[] gates, StateBlock[] states)
    {
        Name = name;
        Gates = Array.ConvertAll(gates, gate => gate.Name);
        _steps = [.. Enumerable.Range(0, mostSteps).Select(_ => new StepFlow(gates, states))];
        Steps = [];
    }

    /// <summary>The position of the layer in the model, as in the names of its states: <c>0</c> for <c>0.h</c>.</summary>
    public string Name { get; }

    /// <summary>The letters of the gates, such as <c>i</c>, <c>f</c>, <c>g</c>, <c>o</c>.</summary>
    public IReadOnlyList<string> Gates { get; }

    /// <summary>
    /// The steps of the last backward pass, in the order of time; the next pass overwrites them. With
    /// <see cref="BpttOptions.BackwardSteps"/> they may begin after step 0 of the window, or before it.
    /// </summary>
    public IReadOnlyList<StepFlow> Steps { get; private set; }

    /// <summary>Returns the record of the step that is <paramref name="back"/> steps before the last one.</summary>
    internal StepFlow FromEnd(int back) => _steps[_steps.Length - 1 - back];

    internal void SetCount(int count)
    {
        if (count != Steps.Count)
        {
            Steps = new ArraySegment<StepFlow>(_steps, _steps.Length - count, count);
        }
    }
}

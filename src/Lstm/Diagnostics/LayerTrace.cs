using System.Numerics;

namespace Lstm;

/// <summary>What a <see cref="BackwardTrace{T}"/> has kept of one layer.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerTrace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TraceStep<T>[] _steps;
    private readonly List<TraceStep<T>> _present = [];

    internal LayerTrace(string name, int mostSteps, IReadOnlyList<(string Name, int Size)> quantities)
    {
        Name = name;
        _steps = [.. Enumerable.Range(0, mostSteps).Select(_ => new TraceStep<T>(quantities))];
    }

    /// <summary>The position of the layer in the model, as in the names of its states: <c>0</c> for <c>0.h</c>.</summary>
    public string Name { get; }

    /// <summary>The steps of the last backward pass that the sequence has, in the order of time; overwritten by the next one.</summary>
    public IReadOnlyList<TraceStep<T>> Steps => _present;

    /// <summary>The record of the step that is so many steps before the last one of the window.</summary>
    internal TraceStep<T> FromEnd(int back) => _steps[_steps.Length - 1 - back];

    /// <summary>Puts the steps of a segment, so many from this one on, before those of the segments after it.</summary>
    internal void AddSegment(bool isLast, int back, int count)
    {
        if (isLast)
        {
            _present.Clear();
        }

        _present.InsertRange(0, count == 0 ? [] : new ArraySegment<TraceStep<T>>(_steps, _steps.Length - 1 - back, count));
    }
}

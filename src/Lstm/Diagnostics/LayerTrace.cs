using System.Numerics;

namespace Lstm;

/// <summary>The record that a <see cref="BackwardTrace{T}"/> keeps of one layer.</summary>
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

    /// <summary>The steps of the last backward pass that the sequence has, in the order of time; the next pass overwrites them.</summary>
    public IReadOnlyList<TraceStep<T>> Steps => _present;

    /// <summary>Returns the record of the step that is <paramref name="back"/> steps before the last one of the window.</summary>
    internal TraceStep<T> FromEnd(int back) => _steps[_steps.Length - 1 - back];

    /// <summary>
    /// Inserts <paramref name="count"/> steps of a segment, from the one that is <paramref name="back"/> steps before the last one, ahead
    /// of the steps of the later segments.
    /// </summary>
    internal void AddSegment(bool isLast, int back, int count)
    {
        if (isLast)
        {
            _present.Clear();
        }

        _present.InsertRange(0, count == 0 ? [] : new ArraySegment<TraceStep<T>>(_steps, _steps.Length - 1 - back, count));
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>Copies what the backward pass of one layer computes for one sequence.</summary>
internal sealed class TraceRecorder<T> : IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Cell<T> _cell;
    private readonly Unrolling<T> _unrolling;
    private readonly int _sequence;
    private readonly CellGradientProbe<T>? _probe;
    private readonly (string Name, Gate Gate)[] _gates;

    public TraceRecorder(RecurrentPass<T> pass, Unrolling<T> unrolling, int sequence)
    {
        _cell = pass.Cell;
        _unrolling = unrolling;
        _sequence = sequence;
        _probe = CellGradientProbe<T>.Create(_cell, pass.PassContext);
        _gates = [.. _cell.Gates.Select(gate => ($"da{gate.Name}", gate))];
        Trace = new LayerTrace<T>(pass.Name, unrolling.MostStepsBack, Quantities(_cell, _probe != null));
    }

    public LayerTrace<T> Trace { get; }

    public void BeforeStep(in ObservedStep<T> step)
    {
        if (TryFind(step, out int row, out TraceStep<T> to))
        {
            to.Set("dh", step.Activations.Output.State.Gradient.Rows(0, row, 1));
        }
    }

    public void BeforeFirstStage(in ObservedStep<T> step)
    {
        if (TryFind(step, out int row, out TraceStep<T> to))
        {
            _probe?.Measure(step.Activations, step.Step, row, to.Of("dc"));
        }
    }

    public void AfterStep(in ObservedStep<T> step)
    {
        if (!TryFind(step, out int row, out TraceStep<T> to))
        {
            return;
        }

        CellActivations<T> at = step.Activations;
        foreach ((string name, Gate gate) in _gates)
        {
            to.Set(name, at.Gates.Rows(step.Step, row, 1).Slice(gate.FirstColumn, gate.Size));
        }

        foreach (StateBlock state in _cell.States)
        {
            to.Set($"d{state.Name}_next", at.Of(state).State.Gradient.Rows(0, row, 1));
        }
    }

    public void EndPass(Window window, ReadOnlySpan<T> inputGradient)
    {
        int row = window.Row(_sequence), size = _cell.InputSize;
        int length = window.Length(row), start = _unrolling.WindowSteps - 1 - _unrolling.Position;
        for (int t = 0; t < length; t++)
        {
            TraceStep<T> to = Trace.FromEnd(start - t);
            to.Step = _unrolling.Position + t;
            to.HasInputGradient = !inputGradient.IsEmpty;
            if (to.HasInputGradient)
            {
                to.Set("dx", inputGradient.Slice((t * window.Batch + row) * size, size));
            }
        }

        Trace.AddSegment(isLast: _unrolling.Position + window.Steps == _unrolling.WindowSteps, start, length);
    }

    private bool TryFind(in ObservedStep<T> step, out int row, out TraceStep<T> to)
    {
        to = Trace.FromEnd(_unrolling.WindowSteps - 1 - _unrolling.Position - step.Step);
        row = step.Window.Row(_sequence);
        return row >= step.First && row < step.First + step.Rows;
    }

    /// <summary>
    /// Returns the quantities in the order of the derivation: the gates from the last to the first, and dc after the gate that it needs.
    /// </summary>
    private static List<(string Name, int Size)> Quantities(Cell<T> cell, bool hasCellGradient)
    {
        List<(string Name, int Size)> names = [.. cell.Gates.Reverse().Select(gate => ($"da{gate.Name}", gate.Size))];
        if (hasCellGradient)
        {
            names.Insert(names.FindIndex(quantity => quantity.Name == "dag"), ("dc", cell.HiddenSize));
        }

        names.Insert(0, ("dh", cell.OutputSize));
        names.Add(("dx", cell.InputSize));
        names.AddRange(cell.States.Select(state => ($"d{state.Name}_next", state.Size)));

        return names;
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>Copies what the backward pass of one layer computes for one sequence.</summary>
internal sealed class TraceRecorder<T>(RecurrentPass<T> pass, Unrolling<T> unrolling, int sequence) : IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CellGradientProbe<T>? _probe = pass.Cell is LstmCell<T> lstm ? new(lstm, pass.PassContext) : null;
    private readonly (string Name, Gate Gate)[] _gates = [.. pass.Cell.Gates.Select(gate => ($"da{gate.Name}", gate))];

    public LayerTrace<T> Trace { get; } = new(pass.Name, unrolling.MostStepsBack, Quantities(pass.Cell));

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

        foreach (StateBlock state in pass.Cell.States)
        {
            to.Set($"d{state.Name}_next", at.Of(state).State.Gradient.Rows(0, row, 1));
        }
    }

    public void EndPass(Window window, ReadOnlySpan<T> inputGradient)
    {
        int row = window.Row(sequence), size = pass.Cell.InputSize;
        int length = window.Length(row), start = unrolling.WindowSteps - 1 - unrolling.Position;
        for (int t = 0; t < length; t++)
        {
            TraceStep<T> to = Trace.FromEnd(start - t);
            to.Step = unrolling.Position + t;
            to.HasInputGradient = !inputGradient.IsEmpty;
            if (to.HasInputGradient)
            {
                to.Set("dx", inputGradient.Slice((t * window.Batch + row) * size, size));
            }
        }

        Trace.AddSegment(isLast: unrolling.Position + window.Steps == unrolling.WindowSteps, start, length);
    }

    private bool TryFind(in ObservedStep<T> step, out int row, out TraceStep<T> to)
    {
        to = Trace.FromEnd(unrolling.WindowSteps - 1 - unrolling.Position - step.Step);
        row = step.Window.Row(sequence);
        return row >= step.First && row < step.First + step.Rows;
    }

    /// <summary>
    /// Returns the quantities in the order of the derivation: the gates from the last to the first, and dc after the gate that it needs.
    /// </summary>
    private static List<(string Name, int Size)> Quantities(Cell<T> cell)
    {
        List<(string Name, int Size)> names = [.. cell.Gates.Reverse().Select(gate => ($"da{gate.Name}", gate.Size))];
        if (cell is LstmCell<T>)
        {
            names.Insert(names.FindIndex(quantity => quantity.Name == "dag"), ("dc", cell.HiddenSize));
        }

        return
        [
            ("dh", cell.OutputSize),
            .. names,
            ("dx", cell.InputSize),
            .. cell.States.Select(state => ($"d{state.Name}_next", state.Size)),
        ];
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Reads dc, the gradient at f*c' + i*g, from the backward step of an LSTM, which holds it in registers alone. A step that keeps its cell
/// state and lets nothing in passes dc on unchanged: with f = 1 and i = g = 0, every term of
/// <code>
/// dc_next = dc*f + p_i*dai + p_f*daf,    dai = dc * g * i(1-i),    daf = dc * c' * f(1-f)
/// </code>
/// except dc itself is 0, while o and c, which dc is computed from, are untouched. The step is done on a copy of one row.
/// </summary>
internal sealed class CellGradientProbe<T>(LstmCell<T> cell, PassContext<T> context)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CellActivations<T> _copy = new(
        new PassContext<T>(1, 1, new BpttOptions { Threads = 1, StepClipping = context.StepClipping }), cell);

    /// <summary>Computes dc for one row of step t, and leaves the step as it is.</summary>
    public void Measure(CellActivations<T> from, int t, int row, Span<T> dc)
    {
        Copy(from.Gates, t, _copy.Gates, 0, row);
        Copy(from.Cache, t, _copy.Cache, 0, row);
        for (int k = 0; k < _copy.Signals.Length; k++)
        {
            Copy(from.Signals[k], t, _copy.Signals[k], 0, row);
            Copy(from.SignalGradients[k], 0, _copy.SignalGradients[k], 0, row);
        }

        for (int k = 0; k < _copy.States.Length; k++)
        {
            StateActivations<T> source = from.States[k], target = _copy.States[k];
            Copy(source.State.Values, t, target.State.Values, 0, row);
            Copy(source.Written, t + source.WrittenSlot, target.Written, target.WrittenSlot, row);
            Copy(source.State.Gradient, 0, target.State.Gradient, 0, row);
        }

        for (int k = 0; k < _copy.Masks.Length; k++)
        {
            from.Masks[k]?.Rows(t, row, 1).CopyTo(_copy.Masks[k]!.Rows(0, 0, 1));
        }

        foreach (Gate gate in cell.Gates)
        {
            if (gate.Name is "i" or "f" or "g")
            {
                _copy.Gates.Rows(0, 0, 1).Slice(gate.FirstColumn, gate.Size).Fill(gate.Name == "f" ? T.One : T.Zero);
            }
        }

        cell.Backward(0, new CellStep<T>(_copy, t: 0, first: 0, rows: 1));
        _copy.Of(cell.CellState).State.Gradient.Rows(0, 0, 1).CopyTo(dc);
    }

    private static void Copy(StepBuffer<T> from, int slot, StepBuffer<T> to, int toSlot, int row) =>
        from.Rows(slot, row, 1).CopyTo(to.Rows(toSlot, 0, 1));
}

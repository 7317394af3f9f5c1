using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Reads dc, the gradient at f*c' + i*g, off a cell's own backward step, which has it in registers alone. A step that keeps its cell state
/// and lets nothing in hands dc on as it is: with f = 1 and i = g = 0, all of
/// <code>
/// dc_next = dc*f + p_i*dai + p_f*daf,    dai = dc * g * i(1-i),    daf = dc * c' * f(1-f)
/// </code>
/// but dc itself is 0, while what dc comes from, o and c, is untouched. What zoneout passes by, (1-m) of dc_next from step t+1, is taken off.
/// </summary>
internal sealed class CellGradientProbe<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentCell<T> _cell;
    private readonly T[] _rowGradients;

    private CellGradientProbe(RecurrentCell<T> cell)
    {
        _cell = cell;
        _rowGradients = new T[cell.Vectors.Sum(vector => vector.Length)];
    }

    /// <summary>A probe, or null for a cell without such a state.</summary>
    public static CellGradientProbe<T>? Create(RecurrentCell<T> cell) =>
        cell.HasCellState && cell.Gates.Any(gate => gate.Name == "g") ? new(cell) : null;

    /// <summary>Leaves the step as it is.</summary>
    public void Measure(in BackwardStep<T> step, Span<T> dc)
    {
        T[] gates = step.Gates.ToArray();
        foreach (RecurrentGate gate in _cell.Gates)
        {
            Span<T> values = gates.AsSpan(gate.FirstColumn, gate.Columns);
            if (gate.Name is "i" or "f" or "g")
            {
                values.Fill(gate.Name == "f" ? T.One : T.Zero);
            }
        }

        step.CellGradient.CopyTo(dc);
        _cell.Backward(0, new BackwardStep<T>
        {
            Rows = 1,
            HiddenSize = step.HiddenSize,
            Gates = gates,
            Recurrent = step.Recurrent.ToArray(),
            HiddenBefore = step.HiddenBefore,
            CellBefore = step.CellBefore,
            Cell = step.Cell,
            Inner = step.Inner,
            InnerGradient = step.InnerGradient.ToArray(),
            ProductGradient = step.ProductGradient.ToArray(),
            GateHistoryGradient = step.GateHistoryGradient,
            Cache = step.Cache.ToArray(),
            Masks = step.Masks,
            OutputGradient = step.OutputGradient,
            HiddenGradient = step.HiddenGradient.ToArray(),
            CellGradient = dc,
            GradientLimit = step.GradientLimit,
            RowGradients = _rowGradients,
        });
        ReadOnlySpan<T> m = step.Masks.ZoneoutCell;
        for (int k = 0; k < m.Length; k++)
        {
            dc[k] -= (T.One - m[k]) * step.CellGradient[k];
        }
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// Records one layer. Workers measure each row (sequence) of a step on its own; the sums over the rows are formed afterwards, in their
/// order, so that no number depends on how many threads there are.
/// </summary>
internal sealed class FlowRecorder<T> : IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SegmentRing<T> _segments;
    private readonly int _batch;
    private readonly int _lastStage;
    private readonly bool _hasCell;
    private readonly Gate[] _gates;
    private readonly Row[] _rows;               // [steps of a segment, batch]
    private readonly GateSums[] _gateSums;      // [steps of a segment, batch, gates]

    public FlowRecorder(RecurrentCell<T> cell, Bptt<T> bptt, string name, SaturationBounds bounds)
    {
        _segments = bptt.Segments;
        _batch = bptt.Batch;
        _lastStage = cell.Stages.Count - 1;
        _hasCell = cell.HasCellState;
        _gates = [.. cell.Gates.Select(gate => new Gate(gate, bounds))];
        _rows = new Row[checked(_segments.SegmentSteps * _batch)];
        _gateSums = new GateSums[checked(_rows.Length * _gates.Length)];
        Flow = new LayerFlow(name, _segments.MostStepsBack, cell.Gates);
    }

    public LayerFlow Flow { get; }

    public void BeforeStage(int stage, in ObservedStep<T> step)
    {
        if (stage != _lastStage)
        {
            return;
        }

        RecurrentActivations<T> at = step.Activations;
        int t = step.Step, size = at.Hidden.Values.Width;
        for (int k = 0; k < step.Rows; k++)
        {
            int row = step.First + k, index = t * _batch + row;
            _rows[index] = new Row
            {
                HiddenGradient = Moments.OfSum<T>(step.OutputGradient.Slice(k * size, size), at.Hidden.Gradient.Rows(0, row, 1)),
                CellGradient = at.Cell is null ? default : Moments.Of<T>(at.Cell.Gradient.Rows(0, row, 1)),
                Hidden = Moments.Of<T>(at.Hidden.Values.Rows(t + 1, row, 1)),
                Cell = at.Cell is null ? default : Moments.Of<T>(at.Cell.Values.Rows(t + 1, row, 1)),
            };
            for (int gate = 0; gate < _gates.Length; gate++)
            {
                _gateSums[index * _gates.Length + gate] = _gates[gate].Measure(at.Gates.Rows(t, row, 1));
            }
        }
    }

    public void AfterStep(in ObservedStep<T> step)
    {
    }

    public void EndPass(Window window, ReadOnlySpan<T> inputGradient)
    {
        for (int t = 0; t < window.Steps; t++)
        {
            int step = _segments.Position + t;
            Add(t, window.ActiveRows(t), step, Flow.FromEnd(_segments.WindowSteps - 1 - step));
        }

        Flow.SetCount(_segments.WindowSteps - _segments.Position);
    }

    private void Add(int t, int rows, int step, StepFlow to)
    {
        Row sum = new();
        for (int row = 0; row < rows; row++)
        {
            sum.Add(_rows[t * _batch + row]);
        }

        (to.Step, to.Sequences) = (step, rows);
        to.HiddenGradientNorm = sum.HiddenGradient.Norm;
        to.CellGradientNorm = _hasCell ? sum.CellGradient.Norm : null;
        to.Hidden = sum.Hidden.Statistics;
        to.Cell = _hasCell ? sum.Cell.Statistics : null;
        for (int gate = 0; gate < _gates.Length; gate++)
        {
            GateSums sums = default;
            for (int row = 0; row < rows; row++)
            {
                sums.Add(_gateSums[(t * _batch + row) * _gates.Length + gate]);
            }

            double count = Math.Max(1, (long)rows * _gates[gate].Columns);
            to.SetGate(gate, sums.Low / count, sums.High / count, sums.Sum / count);
        }
    }

    /// <summary>The sums over the units of one sequence at one step.</summary>
    private struct Row
    {
        public Moments HiddenGradient = new(), CellGradient = new(), Hidden = new(), Cell = new();

        public Row()
        {
        }

        public void Add(in Row other)
        {
            HiddenGradient.Add(other.HiddenGradient);
            CellGradient.Add(other.CellGradient);
            Hidden.Add(other.Hidden);
            Cell.Add(other.Cell);
        }
    }

    private struct GateSums
    {
        public long Low, High;
        public double Sum;

        public void Add(in GateSums other)
        {
            Low += other.Low;
            High += other.High;
            Sum += other.Sum;
        }
    }

    private readonly struct Gate(RecurrentGate gate, SaturationBounds bounds)
    {
        private readonly (double Low, double High) _bounds = bounds.Of(gate.Activation);

        public int Columns => gate.Columns;

        /// <param name="row">[G]: all gates of one sequence.</param>
        public GateSums Measure(ReadOnlySpan<T> row)
        {
            GateSums sums = default;
            foreach (T element in row.Slice(gate.FirstColumn, gate.Columns))
            {
                double value = double.CreateTruncating(element);
                sums.Sum += value;
                sums.Low += value < _bounds.Low ? 1 : 0;
                sums.High += value > _bounds.High ? 1 : 0;
            }

            return sums;
        }
    }
}

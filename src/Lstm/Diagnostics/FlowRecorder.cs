using System.Numerics;

namespace Lstm;

/// <summary>
/// Records one layer. Workers measure each row (sequence) of a step on its own. The sums over the rows are formed afterwards, in the order
/// of the rows, so that no number depends on the number of threads.
/// </summary>
internal sealed class FlowRecorder<T>(Cell<T> cell, Bptt<T> bptt, string name, SaturationBounds bounds) : IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SegmentRing<T> _segments = bptt.Segments;
    private readonly int _batch = bptt.Batch;
    private readonly StateBlock? _c = cell.States.FirstOrDefault(state => state.Name == "c");
    private readonly Gate[] _gates = [.. cell.Gates];
    private readonly (double Low, double High)[] _bounds = [.. cell.Gates.Select(gate => bounds.Of(gate.Activation))];

    /// <summary>[steps of a segment, batch].</summary>
    private readonly Row[] _rows = new Row[checked(bptt.Segments.SegmentSteps * bptt.Batch)];

    /// <summary>[steps of a segment, batch, gates].</summary>
    private readonly GateSums[] _gateSums = new GateSums[checked(bptt.Segments.SegmentSteps * bptt.Batch * cell.Gates.Count)];

    public LayerFlow Flow { get; } = new(name, bptt.Segments.MostStepsBack, cell.Gates);

    public void BeforeStep(in ObservedStep<T> step)
    {
        CellActivations<T> at = step.Activations;
        CarriedState<T> hidden = at.Output.State;
        CarriedState<T>? cell = _c is null ? null : at.Of(_c).State;
        int t = step.Step;
        for (int k = 0; k < step.Rows; k++)
        {
            int row = step.First + k, index = t * _batch + row;
            _rows[index] = new Row
            {
                HiddenGradient = Moments.Of<T>(hidden.Gradient.Rows(0, row, 1)),
                CellGradient = cell is null ? default : Moments.Of<T>(cell.Gradient.Rows(0, row, 1)),
                Hidden = Moments.Of<T>(hidden.Values.Rows(t + 1, row, 1)),
                Cell = cell is null ? default : Moments.Of<T>(cell.Values.Rows(t + 1, row, 1)),
            };
            ReadOnlySpan<T> gates = at.Gates.Rows(t, row, 1);
            for (int gate = 0; gate < _gates.Length; gate++)
            {
                ReadOnlySpan<T> values = gates.Slice(_gates[gate].FirstColumn, _gates[gate].Size);
                _gateSums[index * _gates.Length + gate] = GateSums.Of(values, _bounds[gate]);
            }
        }
    }

    public void BeforeFirstStage(in ObservedStep<T> step)
    {
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
        to.CellGradientNorm = _c != null ? sum.CellGradient.Norm : null;
        to.Hidden = sum.Hidden.Statistics;
        to.Cell = _c != null ? sum.Cell.Statistics : null;
        for (int gate = 0; gate < _gates.Length; gate++)
        {
            GateSums sums = default;
            for (int row = 0; row < rows; row++)
            {
                sums.Add(_gateSums[(t * _batch + row) * _gates.Length + gate]);
            }

            double count = Math.Max(1, (long)rows * _gates[gate].Size);
            to.SetGate(gate, sums.Low / count, sums.High / count, sums.Sum / count);
        }
    }

    /// <summary>The sums over the units of one sequence at one step.</summary>
    private struct Row()
    {
        public Moments HiddenGradient = new(), CellGradient = new(), Hidden = new(), Cell = new();

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

        public static GateSums Of(ReadOnlySpan<T> gate, (double Low, double High) bounds)
        {
            GateSums sums = default;
            foreach (T element in gate)
            {
                double value = double.CreateTruncating(element);
                sums.Sum += value;
                sums.Low += value < bounds.Low ? 1 : 0;
                sums.High += value > bounds.High ? 1 : 0;
            }

            return sums;
        }

        public void Add(in GateSums other)
        {
            Low += other.Low;
            High += other.High;
            Sum += other.Sum;
        }
    }
}

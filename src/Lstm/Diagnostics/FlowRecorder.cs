using System.Numerics;

namespace Lstm;

/// <summary>
/// Records one layer. Workers measure each row (sequence) of a step on its own. The sums over the rows are formed afterwards, in the order
/// of the rows, so that no number depends on the number of threads.
/// </summary>
internal sealed class FlowRecorder<T>(Cell<T> cell, Bptt<T> bptt, string name, SaturationBounds bounds) : IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Unrolling<T> _unrolling = bptt.Unrolling;
    private readonly int _batch = bptt.Batch;
    private readonly StateBlock[] _states = [.. cell.States];
    private readonly Gate[] _gates = [.. cell.Gates];
    private readonly (double Low, double High)[] _bounds = [.. cell.Gates.Select(gate => bounds.Of(gate.Activation))];

    /// <summary>[steps of a segment, batch, states].</summary>
    private readonly StateSums[] _stateSums = new StateSums[checked(bptt.Unrolling.SegmentSteps * bptt.Batch * cell.States.Count)];

    /// <summary>[steps of a segment, batch, gates].</summary>
    private readonly GateSums[] _gateSums = new GateSums[checked(bptt.Unrolling.SegmentSteps * bptt.Batch * cell.Gates.Count)];

    public LayerFlow Flow { get; } = new(name, bptt.Unrolling.MostStepsBack, [.. cell.Gates], [.. cell.States]);

    public void BeforeStep(in ObservedStep<T> step)
    {
        CellActivations<T> at = step.Activations;
        int t = step.Step;
        for (int k = 0; k < step.Rows; k++)
        {
            int row = step.First + k, index = t * _batch + row;
            for (int state = 0; state < _states.Length; state++)
            {
                CarriedState<T> carried = at.States[state].State;
                _stateSums[index * _states.Length + state] = new StateSums
                {
                    Gradient = Moments.Of<T>(carried.Gradient.Rows(0, row, 1)),
                    Values = Moments.Of<T>(carried.Values.Rows(t + 1, row, 1)),
                };
            }

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
            int step = _unrolling.Position + t;
            Add(t, window.ActiveRows(t), step, Flow.FromEnd(_unrolling.WindowSteps - 1 - step));
        }

        Flow.SetCount(_unrolling.WindowSteps - _unrolling.Position);
    }

    private void Add(int t, int rows, int step, StepFlow to)
    {
        (to.Step, to.Sequences) = (step, rows);
        for (int state = 0; state < _states.Length; state++)
        {
            StateSums sums = new();
            for (int row = 0; row < rows; row++)
            {
                sums.Add(_stateSums[(t * _batch + row) * _states.Length + state]);
            }

            to.SetState(state, sums.Gradient.Norm, sums.Values.Statistics);
        }

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

    /// <summary>The sums over the units of a state of one sequence at one step.</summary>
    private struct StateSums()
    {
        public Moments Gradient = new(), Values = new();

        public void Add(in StateSums other)
        {
            Gradient.Add(other.Gradient);
            Values.Add(other.Values);
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

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Back-propagation through time of one recurrent layer, the same for every cell. It handles time: it keeps the activations of every step,
/// has the matrix products computed, calls the cell at every step, and carries the gradients of the states backwards. Work that does not
/// depend on the step before is done outside the time loop. For a cell with one product, R h', in each chunk of steps, which is the whole
/// window unless that is long:
/// <code>
/// forward    Z = X W^T for all steps;   for t = 0 .. T-1:  Z[t] += h[t-1] R^T;  cell forward: Z[t] becomes the gates, h[t], c[t]
/// backward   for t = T-1 .. 0:  cell backward: the gates become dA[t], dc_next;  dh_next = dA[t] R
///            dR += dA^T Hprev;   dW += dA^T X;   dX = dA W, for all steps
/// </code>
/// </summary>
internal sealed class RecurrentPass<T> : LayerPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly InputProjection<T> _projection;
    private readonly CellActivations<T> _at;
    private readonly StepTeam _team;
    private readonly StepProducts<T> _products;
    private readonly SignalBlock[] _signals;
    private readonly VectorBlock<T>[] _vectors;
    private readonly Gate[][] _complete;                // [stages]: the gates whose gradients the engine limits after the cell
    private readonly Action<int> _forwardWorker;
    private readonly Action<int> _steppedWorker;        // after W x of its step
    private readonly Action<int> _backwardWorker;
    private readonly int _chunk;
    private readonly SharingPace _forwardPace = new(), _backwardPace = new();
    private int _firstStep;
    private int _endStep;
    private LayerInput<T> _input;

    public RecurrentPass(PassContext<T> context, Layer<T> layer, Cell<T> cell)
        : base(context, layer)
    {
        Cell = cell;
        _projection = new InputProjection<T>(context, cell.InputWeights);
        _at = new CellActivations<T>(context, cell);
        _team = new StepTeam(context.Team, context.Threads, context.Batch, cell.HiddenSize);
        _chunk = ChunkSteps(context, cell);
        _products = new StepProducts<T>(context, _at, _team);
        (_signals, _vectors) = ([.. cell.Signals], [.. cell.Vectors]);
        _complete = [.. Enumerable.Range(0, cell.Stages.Count).Select(stage => cell.CompleteAfter(stage).ToArray())];
        States = [.. _at.States.Select(state => state.State.State)];
        _forwardWorker = worker => ForwardWorker(worker, ProjectsInLoop);
        _steppedWorker = worker => ForwardWorker(worker, projects: false);
        _backwardWorker = BackwardWorker;
        Observers = new BackwardObservers<T>(context, _at);
        context.RecurrentPasses.Add(this);
    }

    public override ReadOnlyMemory<T> Output => _at.Output.State.Values.Memory[(Context.Batch * Cell.OutputSize)..];

    public override IReadOnlyList<RecurrentState<T>> States { get; }

    public Cell<T> Cell { get; }

    public PassContext<T> PassContext => Context;

    /// <summary>The layer's name within the model, as in the names of its states: 0 for 0.h.</summary>
    public string Name => States[0].Name[..^(Cell.States[0].Name.Length + 1)];

    public BackwardObservers<T> Observers { get; }

    /// <summary>The factors of each mask that the cell declares, or null where its rate is 0.</summary>
    public RecurrentMask<T>?[] Masks => _at.Masks;

    private Window Window => Context.Window;

    /// <summary>
    /// Whether W x is computed in the time loop: where it only gathers rows by token id, which are then in the cache, and where not all
    /// sequences have all steps.
    /// </summary>
    private bool ProjectsInLoop => !_team.SharesSteps && (_input.IsTokens || !Window.IsFull);

    public override void Forward(LayerInput<T> input)
    {
        BeginForward(input);
        for (_firstStep = 0; _firstStep < Window.Steps; _firstStep += _chunk)
        {
            _endStep = Math.Min(_firstStep + _chunk, Window.Steps);
            if (!ProjectsInLoop)
            {
                _projection.Forward(input.Range(_firstStep, _endStep - _firstStep), _at.Gates.Steps(_firstStep, _endStep - _firstStep));
            }

            _team.Run(_forwardWorker, _forwardPace, _endStep - _firstStep);
        }

        EndForward();
    }

    public override void Backward(LayerInput<T> input, Span<T> inputGradient)
    {
        BeginBackward();
        for (_firstStep = (Window.Steps - 1) / _chunk * _chunk; _firstStep >= 0; _firstStep -= _chunk)
        {
            _endStep = Math.Min(_firstStep + _chunk, Window.Steps);
            int steps = _endStep - _firstStep, row = inputGradient.Length / Window.Steps;
            _team.Run(_backwardWorker, _backwardPace, steps);
            _products.AddWeightGradients(_projection, _input.Range(_firstStep, steps), _firstStep, steps);
            _projection.InputGradient(_at.Gates.Steps(_firstStep, steps), inputGradient.Slice(_firstStep * row, steps * row));
        }

        EndBackward();
        Observers.EndPass(inputGradient);
    }

    /// <summary>Begins a window whose steps are done one by one, with <see cref="ForwardStep"/>.</summary>
    /// <param name="input">[steps, batch, inputSize], which the caller sets step by step.</param>
    public void BeginForward(LayerInput<T> input)
    {
        _input = input;
        foreach (StateActivations<T> state in _at.States)
        {
            state.State.Begin();
        }

        _products.BeginForward();
        _projection.Begin(input);
    }

    /// <summary>Does step t alone, after those before it.</summary>
    public void ForwardStep(int t)
    {
        _projection.Forward(_input.Range(t, 1), _at.Gates.Steps(t, 1));
        (_firstStep, _endStep) = (t, t + 1);
        _team.Run(_steppedWorker, _forwardPace, steps: 1);
    }

    /// <summary>Hands out the states after the last step.</summary>
    public void EndForward()
    {
        foreach (StateActivations<T> state in _at.States)
        {
            state.State.End();
        }
    }

    /// <summary>Takes the gradients at the last states.</summary>
    public void BeginBackward()
    {
        foreach (StateActivations<T> state in _at.States)
        {
            state.State.BeginBackward();
        }

        _at.VectorSums.Clear();
        _at.StepGradients.Steps(0, 1).Clear();
        _products.BeginBackward();
    }

    /// <summary>Goes back through step t alone, after those that follow it.</summary>
    /// <param name="t">The step.</param>
    /// <param name="inputGradient">[batch, inputSize], assigned; empty where it is not wanted.</param>
    public void BackwardStep(int t, Span<T> inputGradient)
    {
        (_firstStep, _endStep) = (t, t + 1);
        _team.Run(_backwardWorker, _backwardPace, steps: 1);
        _projection.InputGradient(_at.Gates.Steps(t, 1), inputGradient);
    }

    /// <summary>Adds the gradients of the weights over all steps, after step 0, in the chunks of a whole window.</summary>
    public void AddWeightGradients()
    {
        for (int first = (Window.Steps - 1) / _chunk * _chunk; first >= 0; first -= _chunk)
        {
            int steps = Math.Min(_chunk, Window.Steps - first);
            _products.AddWeightGradients(_projection, _input.Range(first, steps), first, steps);
        }
    }

    /// <summary>Hands out the gradients at the first states, and adds those of the vectors.</summary>
    public void EndBackward()
    {
        foreach (StateActivations<T> state in _at.States)
        {
            state.State.EndBackward();
        }

        _products.EndBackward();
        AddVectorGradients();
    }

    /// <summary>
    /// Returns the number of steps of a chunk. It depends on sizes alone, as each chunk adds its own sum to the gradients of the weights. A
    /// chunk is at least as large as those gradients, which each chunk reads and writes once.
    /// </summary>
    private static int ChunkSteps(PassContext<T> context, Cell<T> cell)
    {
        long weights = cell.InputWeights.Length + cell.Stages.Sum(stage => stage.Sum(product => (long)product.Weights.Length));
        long step = (long)context.Batch * cell.GateSize;
        return (int)Math.Clamp(Math.Max(weights, context.ChunkBytes / Unsafe.SizeOf<T>()) / step, 1, context.Steps);
    }

    private void ForwardWorker(int worker, bool projects)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.ForwardCell);
        (int first, int end) = _team.RowsOf(worker);
        for (int t = _firstStep; t < _endStep; t++)
        {
            int active = Window.ActiveRows(t), rows = Math.Clamp(active - first, 0, end - first);
            if (rows < end - first)
            {
                _at.ClearPadding(t, first + rows, end - first - rows);
            }

            if (projects)
            {
                _projection.ForwardRows(worker, _input, t * Context.Batch + first, rows, _at.Gates.Rows(t, first, rows));
            }

            DrawMasks(t, first, rows, end - first);
            for (int stage = 0; stage < Cell.Stages.Count; stage++)
            {
                DropSignals(stage, t, first, rows, isBackward: false);
                using (PhaseClock.Enter(Phase.ForwardProducts))
                {
                    _products.Forward(stage, worker, t, first, rows, active);
                }

                if (rows > 0)
                {
                    AddBias(stage, t, first, rows);
                    Cell.Forward(stage, new CellStep<T>(_at, t, first, rows));
                }
            }

            foreach (StateActivations<T> state in _at.States)
            {
                state.Mix(t, first, rows);
                SmallNumbers.Flush(state.State.Values.Rows(t + 1, first, rows));
            }
        }
    }

    private void BackwardWorker(int worker)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.BackwardCell);
        (int first, int end) = _team.RowsOf(worker);
        StepBuffer<T> outputGradient = _at.Output.State.Gradient;
        for (int t = _endStep - 1; t >= _firstStep; t--)
        {
            int active = Window.ActiveRows(t), rows = Math.Clamp(active - first, 0, end - first);
            BeginStep(t, first, rows);
            for (int stage = Cell.Stages.Count - 1; stage >= 0; stage--)
            {
                if (rows > 0)
                {
                    GoBack(stage, t, first, rows);
                }

                using (PhaseClock.Enter(Phase.BackwardProducts))
                {
                    _products.Backward(stage, worker, t, first, rows, active);
                }

                DropSignals(stage, t, first, rows, isBackward: true);
            }

            _at.HiddenDropout?.Backward(first, rows, outputGradient.Rows(0, first, rows), _at.Output.HasOtherGradient);
            StepClipper.Clip(outputGradient.Rows(0, first, rows), Context.StepClipping?.HiddenGradient ?? 0);
            foreach (StateActivations<T> state in _at.States)
            {
                SmallNumbers.Flush(state.State.Gradient.Rows(0, first, rows));
            }

            _at.VectorSums.EndStep(t, first, rows);
            Observers.AfterStep(t, first, rows);
        }
    }

    /// <summary>Computes dh = dy + dh_next, and splits off the gradients that zoneout passes to the step before.</summary>
    private void BeginStep(int t, int first, int rows)
    {
        Span<T> dh = _at.Output.State.Gradient.Rows(0, first, rows);
        TensorPrimitives.Add(OutputGradient.Slice((t * Context.Batch + first) * Cell.OutputSize, dh.Length), dh, dh);
        if (rows > 0)
        {
            Observers.BeforeStep(t, first, rows);
        }

        foreach (StateActivations<T> state in _at.States)
        {
            state.MixBackward(t, first, rows);
        }
    }

    /// <summary>Runs the cell's own backward step of a stage, and the engine's part of it, which is the same for every cell.</summary>
    private void GoBack(int stage, int t, int first, int rows)
    {
        if (stage == 0)
        {
            Observers.BeforeFirstStage(t, first, rows);
        }

        Cell.Backward(stage, new CellStep<T>(_at, t, first, rows));
        LimitGradients(stage, t, first, rows);
        if (stage == 0)
        {
            AddBiasGradient(t, first, rows);
            ScalePreActivationGradients(t, first, rows);
            for (int k = 0; k < _at.States.Length; k++)
            {
                _at.States[k].EndBackward(first, rows, _products.Reach(Cell.States[k]));
            }
        }

        FlushGradients(stage, t, first, rows);
    }

    private void DrawMasks(int t, int first, int rows, int allRows)
    {
        if (t == 0)
        {
            _at.HiddenDropout?.Draw(first, allRows);
        }

        _at.HiddenDropout?.Forward(t, first, rows, _at.Output.State.Values.Rows(t, first, rows));
        foreach (RecurrentMask<T>? mask in _at.Masks)
        {
            mask?.Draw(t, first, rows);
        }

        foreach (StateActivations<T> state in _at.States)
        {
            state.Draw(t, first, rows);
        }
    }

    /// <summary>Drops elements of the signals that products of a stage read, or of their gradients.</summary>
    private void DropSignals(int stage, int t, int first, int rows, bool isBackward)
    {
        if (_at.HiddenDropout is null || rows == 0)
        {
            return;
        }

        foreach (SignalBlock signal in _signals)
        {
            if (signal.DroppedInStage == stage)
            {
                StepBuffer<T> buffer = isBackward ? _at.SignalGradients[signal.Index] : _at.Signals[signal.Index];
                _at.HiddenDropout.Apply(buffer.Rows(isBackward ? 0 : t, first, rows), first, rows);
            }
        }
    }

    private void AddBias(int stage, int t, int first, int rows)
    {
        if (stage == 0 && Cell.EngineBias is VectorBlock<T> bias)
        {
            RowSums.AddToEach(bias.Parameter.Current, _at.Gates.Rows(t, first, rows));
        }
    }

    private void AddBiasGradient(int t, int first, int rows)
    {
        for (int row = first; Cell.EngineBias is VectorBlock<T> bias && row < first + rows; row++)
        {
            Span<T> gradient = _at.VectorGradients(row, 1).Slice(bias.Offset, bias.Size);
            TensorPrimitives.Add(gradient, _at.Gates.Rows(t, row, 1), gradient);
        }
    }

    /// <summary>Limits gradients by (10) of docs/lstm.md, for a cell that does not do it itself.</summary>
    private void LimitGradients(int stage, int t, int first, int rows)
    {
        if (_at.GradientLimit == T.Zero || Cell.LimitsGradients)
        {
            return;
        }

        foreach (Gate gate in _complete[stage])
        {
            for (int row = first; row < first + rows; row++)
            {
                Span<T> gradient = _at.Gates.Rows(t, row, 1).Slice(gate.FirstColumn, gate.Size);
                TensorPrimitives.Clamp(gradient, -_at.GradientLimit, _at.GradientLimit, gradient);
            }
        }
    }

    /// <summary>Flushes the gradients that the products of a stage and of all steps read.</summary>
    private void FlushGradients(int stage, int t, int first, int rows)
    {
        if (_complete[stage].Length == Cell.Gates.Count)
        {
            SmallNumbers.Flush(_at.Gates.Rows(t, first, rows));
        }
        else
        {
            foreach (Gate gate in _complete[stage])
            {
                for (int row = first; row < first + rows; row++)
                {
                    SmallNumbers.Flush(_at.Gates.Rows(t, row, 1).Slice(gate.FirstColumn, gate.Size));
                }
            }
        }

        foreach (SignalBlock signal in _signals)
        {
            if (signal.ResultOfStage == stage)
            {
                SmallNumbers.Flush(_at.Signals[signal.Index].Rows(t, first, rows));
            }
        }
    }

    /// <summary>Scales gradients by (11) of docs/lstm.md.</summary>
    private void ScalePreActivationGradients(int t, int first, int rows)
    {
        if (Context.StepClipping is not { PreActivationNorm: > 0 } limits)
        {
            return;
        }

        for (int row = first; row < first + rows; row++)
        {
            Span<T> ofStep = _at.StepGradients.Rows(0, row, 1), sum = _at.VectorSums.Rows(row, 1);
            GradientFactor<T> factor = StepClipper.Factor<T>(_at.Gates.Rows(t, row, 1), limits.PreActivationNorm);
            if (!factor.IsOne)
            {
                factor.Apply(_at.Gates.Rows(t, row, 1));
                factor.Apply(ofStep);
                foreach (SignalBlock signal in _signals)
                {
                    if (signal.ResultOfStage == 0)
                    {
                        factor.Apply(_at.Signals[signal.Index].Rows(t, row, 1));
                    }
                }
            }

            TensorPrimitives.Add(ofStep, sum, sum);
            ofStep.Clear();
        }
    }

    /// <summary>Adds to the gradients of the cell's vectors: the sums over the sequences, always in their order.</summary>
    private void AddVectorGradients()
    {
        _at.VectorSums.Flush();
        foreach (VectorBlock<T> vector in _vectors)
        {
            if (!vector.Parameter.IsFrozen)
            {
                _at.VectorSums.AddTo(vector.Offset, vector.Parameter.Gradient);
            }
        }
    }
}

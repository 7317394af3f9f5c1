using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Back-propagation through time of one recurrent layer, the same for every cell. It knows time: it keeps the activations of every step,
/// does the matrix products, calls the cell at every step, and carries dh_next and dc_next backwards. What does not depend on the step
/// before leaves the time loop. For a cell with one product, R h', in each chunk of steps, which is the whole window unless that is long:
/// <code>
/// forward    Z = X W^T for all steps;   for t = 0 .. T-1:  Z[t] += h[t-1] R^T;  cell forward: Z[t] becomes the gates, h[t], c[t]
/// backward   for t = T-1 .. 0:  cell backward: the gates become dA[t], dc_next;  dh_next = dA[t] R
///            dR += dA^T Hprev;   dW += dA^T X;   dX = dA W, for all steps
/// </code>
/// <para>
/// Each worker takes its own rows of the batch through the whole time loop, so that no step waits for another worker. Where there are fewer
/// sequences than workers, they share a step: each computes its own columns of a product for all rows, and they meet before and after it.
/// </para>
/// </summary>
internal sealed class RecurrentPass<T> : LayerPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Below this size a step takes less time than the workers need to meet: measured on one sequence, H = 64 gains, 32 loses.</summary>
    private const int SmallestSharedStep = 64;

    private readonly RecurrentCell<T> _cell;
    private readonly InputProjection<T> _projection;
    private readonly RecurrentActivations<T> _at;
    private readonly PackedProduct<T>[][] _stages;
    private readonly PackedProduct<T>[] _products;
    private readonly DroppedWeights<T>? _dropped;
    private readonly Parameter<T>[] _vectors;
    private readonly TeamBarrier _barrier;
    private readonly Action<int> _forwardWorker;
    private readonly Action<int> _backwardWorker;
    private readonly int _workers;
    private readonly bool _sharesSteps;
    private readonly int _chunk;
    private readonly SharingPace _forwardPace = new(), _backwardPace = new();
    private bool _together;
    private int _firstStep;
    private int _endStep;
    private LayerInput<T> _input;

    public RecurrentPass(PassContext<T> context, Layer<T> layer, RecurrentCell<T> cell)
        : base(context, layer)
    {
        _cell = cell;
        _vectors = [.. cell.Vectors];
        _projection = new InputProjection<T>(context, cell.InputWeights);
        _at = new RecurrentActivations<T>(context, cell);
        _sharesSteps = SharesSteps(context, cell);
        _workers = _sharesSteps ? context.Threads : Math.Min(context.Threads, context.Batch);
        _barrier = new TeamBarrier(_workers);
        _chunk = ChunkSteps(context, cell);
        _dropped = cell.Dropout.Weights > 0
            ? new DroppedWeights<T>(context, cell.Stages[0].First(product => product.Source == ProductSource.Hidden).Weights, cell.Dropout.Weights)
            : null;
        _stages = [.. cell.Stages.Select(stage => stage.Select(CreateProduct).ToArray())];
        _products = [.. _stages.SelectMany(stage => stage)];
        SetAccumulation();
        States = [.. _at.States.Select(carried => carried.State)];
        _forwardWorker = ForwardWorker;
        _backwardWorker = BackwardWorker;
        Observers = new BackwardObservers<T>(this, context, _at);
        context.RecurrentPasses.Add(this);
    }

    public override ReadOnlyMemory<T> Output => _at.Hidden.Values.Memory[(Context.Batch * _cell.OutputSize)..];

    public override IReadOnlyList<RecurrentState<T>> States { get; }

    public RecurrentCell<T> Cell => _cell;

    /// <summary>The layer's name within the model, as in the names of its states: 0 for 0.h.</summary>
    public string Name => _at.Hidden.State.Name[..^2];

    /// <summary>Who sees the steps of the backward pass.</summary>
    public BackwardObservers<T> Observers { get; }

    /// <summary>Factors of g, or null.</summary>
    public RecurrentMask<T>? GateMask => _at.GateMask;

    private Window Window => Context.Window;

    /// <summary>
    /// W x is left to the time loop where it is only a gathering of token ids, whose rows are then in the cache, and where not all
    /// sequences have all steps.
    /// </summary>
    private bool ProjectsInLoop => !_sharesSteps && (_input.IsTokens || !Window.IsFull);

    protected internal override void Forward(LayerInput<T> input)
    {
        _input = input;
        foreach (CarriedState<T> state in _at.States)
        {
            state.Begin();
        }

        _dropped?.Draw();
        foreach (PackedProduct<T> product in _products)
        {
            product.PackForward();
        }

        _projection.Begin(input);
        for (_firstStep = 0; _firstStep < Window.Steps; _firstStep += _chunk)
        {
            _endStep = Math.Min(_firstStep + _chunk, Window.Steps);
            if (!ProjectsInLoop)
            {
                _projection.Forward(input.Range(_firstStep, _endStep - _firstStep), _at.Gates.Steps(_firstStep, _endStep - _firstStep));
            }

            Run(_forwardWorker, _forwardPace);
        }

        foreach (CarriedState<T> state in _at.States)
        {
            state.End();
        }
    }

    protected internal override void Backward(LayerInput<T> input, Span<T> inputGradient)
    {
        foreach (CarriedState<T> state in _at.States)
        {
            state.BeginBackward();
        }

        _dropped?.BeginBackward();
        _at.RowGradients.Clear();
        _at.StepGradients.Steps(0, 1).Clear();
        foreach (PackedProduct<T> product in _products)
        {
            product.PackBackward();
        }

        for (_firstStep = (Window.Steps - 1) / _chunk * _chunk; _firstStep >= 0; _firstStep -= _chunk)
        {
            _endStep = Math.Min(_firstStep + _chunk, Window.Steps);
            Run(_backwardWorker, _backwardPace);
            AddWeightGradients(_firstStep, _endStep - _firstStep);
            int row = inputGradient.Length / Window.Steps;
            _projection.InputGradient(
                _at.Gates.Steps(_firstStep, _endStep - _firstStep), inputGradient.Slice(_firstStep * row, (_endStep - _firstStep) * row));
        }

        foreach (CarriedState<T> state in _at.States)
        {
            state.EndBackward();
        }

        AddVectorGradients();
        Observers.EndPass(inputGradient);
    }

    /// <summary>
    /// The steps of a chunk. It depends on sizes alone, as each chunk adds its own sum to the gradients of the weights. A chunk is at least
    /// as large as those gradients, which are read and written once for each.
    /// </summary>
    private static int ChunkSteps(PassContext<T> context, RecurrentCell<T> cell)
    {
        long weights = cell.InputWeights.Length + cell.Stages.Sum(stage => stage.Sum(product => (long)product.Weights.Length));
        long step = (long)context.Batch * cell.GateSize;
        return (int)Math.Clamp(Math.Max(weights, context.ChunkBytes / Unsafe.SizeOf<T>()) / step, 1, context.Steps);
    }

    /// <summary>Whether workers share the columns of a step's products, in place of each taking its own sequences.</summary>
    private static bool SharesSteps(PassContext<T> context, RecurrentCell<T> cell) =>
        context.Threads > context.Batch && cell.HiddenSize >= SmallestSharedStep;

    /// <summary>Shares the steps where that is for this pass, pays, and the team is free to work at once; otherwise the rows.</summary>
    private void Run(Action<int> work, SharingPace pace)
    {
        if (!_sharesSteps)
        {
            Context.Team.Run(_workers, work);
            return;
        }

        bool pays = _together = pace.Begin();
        long start = Stopwatch.GetTimestamp();
        if (!_together || !Context.Team.TryRunConcurrently(_workers, work, _barrier))
        {
            _together = false;
            RunRows(work);
        }

        if (_together == pays)
        {
            pace.End(_together, start, _endStep - _firstStep);
        }
    }

    /// <summary>One sequence is not worth waking anyone for slices without rows.</summary>
    private void RunRows(Action<int> work)
    {
        if (Context.Batch > 1)
        {
            Context.Team.Run(_workers, work);
            return;
        }

        for (int worker = 0; worker < _workers; worker++)
        {
            work(worker);
        }
    }

    private void ForwardWorker(int worker)
    {
        (int first, int end) = WorkerTeam.Slice(Context.Batch, worker, _workers);
        for (int t = _firstStep; t < _endStep; t++)
        {
            int active = Window.ActiveRows(t), rows = Math.Clamp(active - first, 0, end - first);
            if (rows < end - first)
            {
                _at.ClearPadding(t, first + rows, end - first - rows);
            }

            if (ProjectsInLoop)
            {
                _projection.ForwardRows(worker, _input, t * Context.Batch + first, rows, _at.Gates.Rows(t, first, rows));
            }

            DropHidden(t, first, rows, end - first);
            for (int stage = 0; stage < _stages.Length; stage++)
            {
                foreach (PackedProduct<T> product in _stages[stage])
                {
                    // A product that adds to some of the columns divides them otherwise than one that adds to all.
                    Meet();
                    Multiply(product, worker, t, _together ? 0 : first, _together ? active : rows);
                }

                Meet();
                if (rows > 0)
                {
                    if (stage == 0)
                    {
                        DrawStepMasks(t, first, rows);
                    }

                    _cell.Forward(stage, _at.ForwardStep(t, first, rows));
                }
            }
        }
    }

    private void BackwardWorker(int worker)
    {
        (int first, int end) = WorkerTeam.Slice(Context.Batch, worker, _workers);
        for (int t = _endStep - 1; t >= _firstStep; t--)
        {
            int active = Window.ActiveRows(t), rows = Math.Clamp(active - first, 0, end - first);
            for (int stage = _stages.Length - 1; stage >= 0; stage--)
            {
                if (rows > 0)
                {
                    Observers.BeforeStage(stage, t, first, rows);
                    _cell.Backward(stage, _at.BackwardStep(t, first, rows, OutputGradientRows(t, first, rows)));
                    ScalePreActivationGradients(stage, t, first, rows);
                }

                Meet();
                foreach (PackedProduct<T> product in _stages[stage])
                {
                    MultiplyBack(product, worker, t, _together ? 0 : first, _together ? active : rows);
                }

                Meet();
            }

            AddMaskedHiddenGradient(first, rows);
            ClipHiddenGradients(first, rows);
            _at.RowGradients.EndStep(t, first, rows);
            Observers.AfterStep(t, first, rows);
        }
    }

    private void Multiply(PackedProduct<T> packed, int worker, int t, int first, int rows)
    {
        if (rows == 0)
        {
            return;
        }

        Matrix<T> source = _at.Source(packed.Product, t, first, rows), target = _at.Target(packed.Product, t, first, rows);
        for (int part = _together ? worker : 0; part < (_together ? worker + 1 : packed.Parts); part++)
        {
            packed.Forward(worker, part, source, target);
        }
    }

    private void MultiplyBack(PackedProduct<T> packed, int worker, int t, int first, int rows)
    {
        if (rows == 0)
        {
            return;
        }

        Matrix<T> targetGradient = _at.TargetGradient(packed.Product, t, first, rows);
        Matrix<T> sourceGradient = _at.SourceGradient(packed.Product, first, rows);
        for (int part = _together ? worker : 0; part < (_together ? worker + 1 : packed.Parts); part++)
        {
            packed.Backward(worker, part, targetGradient, sourceGradient);
        }
    }

    /// <summary>Waits for the other workers, where they share a step.</summary>
    private void Meet()
    {
        if (_together)
        {
            _barrier.Wait();
        }
    }

    private void DrawStepMasks(int t, int first, int rows)
    {
        _at.GateMask?.Draw(t, first, rows);
        _at.ZoneoutHidden?.Draw(t, first, rows);
        _at.ZoneoutCell?.Draw(t, first, rows);
    }

    private void DropHidden(int t, int first, int rows, int allRows)
    {
        if (_at.HiddenMask != null)
        {
            if (t == 0)
            {
                _at.HiddenMask.Draw(0, first, allRows);
            }

            TensorPrimitives.Multiply(
                _at.Hidden.Values.Rows(t, first, rows), _at.HiddenMask.Rows(0, first, rows), _at.MaskedHidden.Rows(t, first, rows));
        }
    }

    private void AddMaskedHiddenGradient(int first, int rows)
    {
        if (_at.HiddenMask != null)
        {
            ReadOnlySpan<T> masked = _at.MaskedHiddenGradient.Rows(0, first, rows), mask = _at.HiddenMask.Rows(0, first, rows);
            Span<T> gradient = _at.Hidden.Gradient.Rows(0, first, rows);
            if (_cell.PassesHiddenGradient)
            {
                TensorPrimitives.MultiplyAdd(masked, mask, gradient, gradient);
            }
            else
            {
                TensorPrimitives.Multiply(masked, mask, gradient);
            }
        }
    }

    /// <summary>(11) of docs/lstm.md; (10) is the cell's.</summary>
    private void ScalePreActivationGradients(int stage, int t, int first, int rows)
    {
        if (stage > 0 || Context.StepClipping is not { PreActivationNorm: > 0 } limits)
        {
            return;
        }

        for (int row = first; row < first + rows; row++)
        {
            Span<T> ofStep = _at.StepGradients.Rows(0, row, 1), sum = _at.RowGradients.Rows(row, 1);
            GradientFactor<T> factor = StepClipper.Factor<T>(_at.Gates.Rows(t, row, 1), limits.PreActivationNorm);
            if (!factor.IsOne)
            {
                factor.Apply(_at.Gates.Rows(t, row, 1));
                factor.Apply(_at.Recurrent.Rows(t, row, 1));
                factor.Apply(ofStep);
            }

            TensorPrimitives.Add(ofStep, sum, sum);
            ofStep.Clear();
        }
    }

    private void ClipHiddenGradients(int first, int rows)
    {
        if (Context.StepClipping is { } limits)
        {
            StepClipper.Clip(_at.Hidden.Gradient.Rows(0, first, rows), limits.HiddenGradient);
        }
    }

    /// <summary>The weights of all products and W, from some steps.</summary>
    private void AddWeightGradients(int firstStep, int steps)
    {
        bool addedInputWeights = false;
        LayerInput<T> input = _input.Range(firstStep, steps);
        Matrix<T> dA = new(_at.Gates.Steps(firstStep, steps), steps * Context.Batch, _cell.GateSize);
        foreach (PackedProduct<T> packed in _products)
        {
            RecurrentProduct<T> product = packed.Product;
            if (product.Weights.IsFrozen)
            {
                continue;
            }

            Matrix<T> source = _at.Source(product, firstStep, steps);
            if (!addedInputWeights && product.Target == ProductTarget.Gates && product.Rows == _cell.GateSize)
            {
                _projection.AddWeightGradients(input, dA, source, packed.WeightGradient);
                addedInputWeights = true;
            }
            else
            {
                Context.Gemm.Multiply(_at.TargetGradient(product, firstStep, steps).Transposed, source, packed.WeightGradient, accumulate: true);
            }
        }

        if (!addedInputWeights)
        {
            _projection.AddWeightGradient(input, dA);
        }
    }

    /// <summary>The cell's vectors: the sums over the sequences, always in their order.</summary>
    private void AddVectorGradients()
    {
        _dropped?.AddGradient();
        int column = 0;
        foreach (Parameter<T> vector in _vectors)
        {
            if (!vector.IsFrozen)
            {
                _at.RowGradients.AddTo(column, vector.Gradient);
            }

            column += vector.Length;
        }
    }

    /// <summary>The first product that reaches a source on the way back sets its gradient, unless the cell has left a part of it there.</summary>
    private void SetAccumulation()
    {
        HashSet<ProductSource> begun = _cell.PassesHiddenGradient && _at.HiddenMask is null ? [ProductSource.Hidden] : [];
        for (int stage = _stages.Length - 1; stage >= 0; stage--)
        {
            foreach (PackedProduct<T> packed in _stages[stage])
            {
                packed.AddsToSource = !begun.Add(packed.Product.Source);
            }
        }
    }

    private Span<T> OutputGradientRows(int t, int first, int rows) =>
        OutputGradient.Slice((t * Context.Batch + first) * _cell.OutputSize, rows * _cell.OutputSize);

    private PackedProduct<T> CreateProduct(RecurrentProduct<T> product) =>
        new(Context, product, _sharesSteps ? _workers : 1, product.Weights == _dropped?.Weights ? _dropped : null);
}

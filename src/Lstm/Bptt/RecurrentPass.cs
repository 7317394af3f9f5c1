using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Back-propagation through time of one recurrent layer, the same for every cell. It knows time: it keeps the activations of every step,
/// does the matrix products, calls the cell at every step, and carries dh_next and dc_next backwards. What does not depend on the step
/// before leaves the time loop. For a cell with one product, R h':
/// <code>
/// forward    Z = X W^T for all steps;   for t = 0 .. T-1:  Z[t] += h[t-1] R^T;  cell forward: Z[t] becomes the gates, h[t], c[t]
/// backward   for t = T-1 .. 0:  cell backward: the gates become dA[t], dc_next;  dh_next = dA[t] R
///            dR += dA^T Hprev;   dW += dA^T X;   dX = dA W, for all steps
/// </code>
/// <para>
/// Each worker takes its own rows of the batch through the whole time loop, so that no step waits for another worker. Where that would
/// leave workers idle or let each of them read all weights at every step, they share a step (<see cref="SharesSteps"/>): each computes
/// its own columns of a product for all rows, and they meet before and after it.
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
    private IBackwardObserver<T>[] _observers = [];
    private bool _together;
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
        _dropped = cell.Dropout.Weights > 0
            ? new DroppedWeights<T>(context, cell.Stages[0].First(product => product.Source == ProductSource.Hidden).Weights, cell.Dropout.Weights)
            : null;
        _stages = [.. cell.Stages.Select(stage => stage.Select(CreateProduct).ToArray())];
        _products = [.. _stages.SelectMany(stage => stage)];
        States = [.. _at.States.Select(carried => carried.State)];
        _forwardWorker = ForwardWorker;
        _backwardWorker = BackwardWorker;
        context.RecurrentPasses.Add(this);
    }

    public override ReadOnlyMemory<T> Output => _at.Hidden.Values.Memory[(Context.Batch * _cell.OutputSize)..];

    public override IReadOnlyList<RecurrentState<T>> States { get; }

    public RecurrentCell<T> Cell => _cell;

    /// <summary>The layer's name within the model, as in the names of its states: 0 for 0.h.</summary>
    public string Name => _at.Hidden.State.Name[..^2];

    private Window Window => Context.Window;

    private ReadOnlySpan<T> PreActivationGradients => _at.Gates.Steps(Window.Steps);

    /// <summary>
    /// W x is left to the time loop where it is only a gathering of token ids, whose rows are then in the cache, and where not all
    /// sequences have all steps.
    /// </summary>
    private bool ProjectsInLoop => !_sharesSteps && (_input.IsTokens || !Window.IsFull);

    /// <summary>Lets an observer see every step of the backward passes from now on.</summary>
    public void Attach(IBackwardObserver<T> observer) => _observers = [.. _observers, observer];

    public void Detach(IBackwardObserver<T> observer) => _observers = [.. _observers.Where(other => other != observer)];

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
        if (!ProjectsInLoop)
        {
            _projection.Forward(input, _at.Gates.Steps(Window.Steps));
        }

        Run(_forwardWorker);
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

        _at.RowGradients.Steps(1).Clear();
        foreach (PackedProduct<T> product in _products)
        {
            product.PackBackward();
        }

        Run(_backwardWorker);
        foreach (CarriedState<T> state in _at.States)
        {
            state.EndBackward();
        }

        AddParameterGradients();
        _projection.InputGradient(PreActivationGradients, inputGradient);
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.EndPass(Window, inputGradient);
        }
    }

    /// <summary>Whether workers share the columns of a step's products, in place of each taking its own sequences.</summary>
    private static bool SharesSteps(PassContext<T> context, RecurrentCell<T> cell) =>
        context.Threads > context.Batch && cell.HiddenSize >= SmallestSharedStep;

    /// <summary>Where the team is not free to work at once, the caller goes through the rows of one worker after the other's.</summary>
    private void Run(Action<int> work)
    {
        _together = _sharesSteps;
        if (!_together || !Context.Team.TryRunConcurrently(_workers, work))
        {
            _together = false;
            Context.Team.Run(_workers, work);
        }
    }

    private void ForwardWorker(int worker)
    {
        (int first, int end) = WorkerTeam.Slice(Context.Batch, worker, _workers);
        DrawHiddenMask(first, end - first);
        for (int t = 0; t < Window.Steps; t++)
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

            DropHidden(t, first, rows);
            for (int stage = 0; stage < _stages.Length; stage++)
            {
                Meet();
                foreach (PackedProduct<T> product in _stages[stage])
                {
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
        for (int t = Window.Steps - 1; t >= 0; t--)
        {
            int active = Window.ActiveRows(t), rows = Math.Clamp(active - first, 0, end - first);
            for (int stage = _stages.Length - 1; stage >= 0; stage--)
            {
                if (rows > 0)
                {
                    ObserveBefore(stage, t, first, rows);
                    _cell.Backward(stage, _at.BackwardStep(t, first, rows, OutputGradientRows(t, first, rows)));
                    ClipPreActivationGradients(stage, t, first, rows);
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
            ObserveAfter(t, first, rows);
        }
    }

    private void ObserveBefore(int stage, int t, int first, int rows)
    {
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.BeforeStage(stage, Observed(t, first, rows));
        }
    }

    private void ObserveAfter(int t, int first, int rows)
    {
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.AfterStep(Observed(t, first, rows));
        }
    }

    private ObservedStep<T> Observed(int t, int first, int rows) => new()
    {
        Activations = _at,
        Window = Window,
        Step = t,
        First = first,
        Rows = rows,
        OutputGradient = OutputGradientRows(t, first, rows),
    };

    private void Multiply(PackedProduct<T> packed, int worker, int t, int first, int rows)
    {
        Matrix<T> source = _at.Source(packed.Product, t, first, rows), target = _at.Target(packed.Product, t, first, rows);
        for (int part = _together ? worker : 0; part < (_together ? worker + 1 : packed.Parts); part++)
        {
            packed.Forward(worker, part, source, target);
        }
    }

    private void MultiplyBack(PackedProduct<T> packed, int worker, int t, int first, int rows)
    {
        Matrix<T> targetGradient = _at.TargetGradient(packed.Product, t, first, rows);
        Matrix<T> sourceGradient = _at.SourceGradient(packed.Product, first, rows);
        bool accumulate = packed.Product.Source == ProductSource.Hidden && _cell.PassesHiddenGradient && _at.HiddenMask is null;
        for (int part = _together ? worker : 0; part < (_together ? worker + 1 : packed.Parts); part++)
        {
            packed.Backward(worker, part, targetGradient, sourceGradient, accumulate);
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

    private void DrawHiddenMask(int first, int rows)
    {
        if (_at.HiddenMask != null)
        {
            _at.HiddenMask.Draw(0, first, rows);
        }
    }

    private void DrawStepMasks(int t, int first, int rows)
    {
        _at.GateMask?.Draw(t, first, rows);
        _at.ZoneoutHidden?.Draw(t, first, rows);
        _at.ZoneoutCell?.Draw(t, first, rows);
    }

    private void DropHidden(int t, int first, int rows)
    {
        if (_at.HiddenMask != null)
        {
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

    private void ClipPreActivationGradients(int stage, int t, int first, int rows)
    {
        if (stage > 0 || Context.StepClipping is not { } limits)
        {
            return;
        }

        for (int row = first; row < first + rows; row++)
        {
            StepClipper.Clip(_at.Gates.Rows(t, row, 1), limits.PreActivationGradient, limits.PreActivationNorm);
            StepClipper.Clip(_at.Recurrent.Rows(t, row, 1), limits.PreActivationGradient, limits.PreActivationNorm);
        }
    }

    private void ClipHiddenGradients(int first, int rows)
    {
        if (Context.StepClipping is { } limits)
        {
            StepClipper.Clip(_at.Hidden.Gradient.Rows(0, first, rows), limits.HiddenGradient, norm: 0);
        }
    }

    /// <summary>The weights of all products, W, and the cell's vectors: the sums over the sequences, always in their order.</summary>
    private void AddParameterGradients()
    {
        int steps = Window.Steps;
        bool addedInputWeights = false;
        Matrix<T> dA = new(PreActivationGradients, steps * Context.Batch, _cell.GateSize);
        foreach (PackedProduct<T> packed in _products)
        {
            RecurrentProduct<T> product = packed.Product;
            Matrix<T> source = _at.Source(product, steps);
            if (!addedInputWeights && product.Target == ProductTarget.Gates && product.Rows == _cell.GateSize)
            {
                _projection.AddWeightGradients(_input, dA, source, packed.WeightGradient);
                addedInputWeights = true;
            }
            else
            {
                Context.Gemm.Multiply(_at.TargetGradient(product, steps).Transposed, source, packed.WeightGradient, accumulate: true);
            }
        }

        if (!addedInputWeights)
        {
            _projection.AddWeightGradient(_input, dA);
        }

        _dropped?.AddGradient();
        int column = 0;
        foreach (Parameter<T> vector in _vectors)
        {
            RowSums.AddTo<T>(_at.RowGradients.Steps(1), _at.RowGradients.Width, column, vector.Gradient);
            column += vector.Length;
        }
    }

    private Span<T> OutputGradientRows(int t, int first, int rows) =>
        OutputGradient.Slice((t * Context.Batch + first) * _cell.OutputSize, rows * _cell.OutputSize);

    private PackedProduct<T> CreateProduct(RecurrentProduct<T> product) =>
        new(Context, product, _sharesSteps ? _workers : 1, product.Source == ProductSource.Hidden ? _dropped : null);
}

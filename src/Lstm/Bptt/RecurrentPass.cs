using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Back-propagation through time of one recurrent layer, the same for every cell. It knows time: it keeps the activations of every step,
/// does the matrix products, calls the cell once per step, and carries dh_next and dc_next backwards. What does not depend on the step
/// before leaves the time loop:
/// <code>
/// forward    Z = X W^T for all steps;   for t = 0 .. T-1:  Z[t] += h[t-1] R^T;  cell forward: Z[t] becomes the gates, h[t], c[t]
/// backward   for t = T-1 .. 0:  cell backward: the gates become dA[t], dc_next;  dh_next = dA[t] R
///            dR += dA^T Hprev;   dW += dA^T X;   dX = dA W, for all steps
/// </code>
/// Each worker takes its own rows of the batch through the whole time loop, so that no step waits for another worker.
/// </summary>
internal sealed class RecurrentPass<T> : LayerPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentCell<T> _cell;
    private readonly InputProjection<T> _projection;
    private readonly RecurrentState<T> _hiddenState;
    private readonly RecurrentState<T> _cellState;
    private readonly PackedWeights<T> _packedWeights;
    private readonly PackedMatrix<T> _packedBackward = new();   // R [G,H]
    private readonly AlignedBuffer<T> _hidden;                           // h [T+1,B,H]; slot 0 is the initial state
    private readonly AlignedBuffer<T> _cells;                            // c [T+1,B,H]; slot 0 is the initial state
    private readonly AlignedBuffer<T> _gates;                            // [T,B,G]: Z, then the gates, then dA
    private readonly AlignedBuffer<T> _cache;                            // [T,B,cache of the cell]
    private readonly AlignedBuffer<T> _hiddenGradient;                   // [B,H]: dh_next
    private readonly AlignedBuffer<T> _cellGradient;                     // [B,H]: dc_next
    private readonly AlignedBuffer<T> _rowGradients;                     // [B,V]: gradients of the cell's vectors, a row for each sequence
    private readonly Action<int> _forwardSlice;
    private readonly Action<int> _backwardSlice;
    private readonly Parameter<T>[] _vectors;
    private readonly int _vectorSize;                       // V
    private readonly int _slices;
    private PackedMatrix<T> _packedForward = new();         // R^T [H,G]
    private LayerInput<T> _input;
    private int _steps;

    public RecurrentPass(PassContext<T> context, Layer<T> layer, RecurrentCell<T> cell)
        : base(context, layer)
    {
        int rows = checked(context.Steps * context.Batch), state = checked(context.Batch * cell.HiddenSize);
        _cell = cell;
        _vectors = [.. cell.Vectors];
        _vectorSize = _vectors.Sum(vector => vector.Length);
        _packedWeights = new PackedWeights<T>(context, cell.RecurrentWeights);
        _projection = new InputProjection<T>(context, cell.InputWeights);
        _hiddenState = new RecurrentState<T>("h", context.Batch, cell.HiddenSize, context.Training);
        _cellState = new RecurrentState<T>("c", context.Batch, cell.HiddenSize, context.Training);
        States = [_hiddenState, _cellState];
        _hidden = new AlignedBuffer<T>(checked((context.Steps + 1) * state));
        _cells = new AlignedBuffer<T>(checked((context.Steps + 1) * state));
        _gates = new AlignedBuffer<T>(checked(rows * cell.GateSize));
        _cache = new AlignedBuffer<T>(checked(rows * cell.CacheSize));
        _hiddenGradient = new AlignedBuffer<T>(context.Training ? state : 0);
        _cellGradient = new AlignedBuffer<T>(context.Training ? state : 0);
        _rowGradients = new AlignedBuffer<T>(context.Training ? checked(context.Batch * _vectorSize) : 0);
        _slices = Math.Min(context.Threads, context.Batch);
        _forwardSlice = ForwardSlice;
        _backwardSlice = BackwardSlice;
    }

    public override ReadOnlyMemory<T> Output => _hidden.Memory[StateSize..];

    public override IReadOnlyList<RecurrentState<T>> States { get; }

    private int StateSize => Context.Batch * _cell.HiddenSize;

    protected internal override void Forward(LayerInput<T> input)
    {
        _steps = input.Steps;
        _hiddenState.Value.CopyTo(_hidden.Span);
        _cellState.Value.CopyTo(_cells.Span);
        _input = input;
        _projection.Begin(input);
        if (!input.IsTokens)
        {
            _projection.Forward(input, _gates.Span.Slice(0, _steps * Context.Batch * _cell.GateSize));
        }

        _packedForward = _packedWeights.Transposed;
        Context.Team.Run(_slices, _forwardSlice);
        _hidden.Span.Slice(_steps * StateSize, StateSize).CopyTo(_hiddenState.Value);
        _cells.Span.Slice(_steps * StateSize, StateSize).CopyTo(_cellState.Value);
    }

    protected internal override void Backward(LayerInput<T> input, Span<T> inputGradient)
    {
        _hiddenState.FinalGradient.CopyTo(_hiddenGradient.Span);
        _cellState.FinalGradient.CopyTo(_cellGradient.Span);
        _rowGradients.Span.Clear();
        Context.Gemm.Pack(new(_cell.RecurrentWeights.Current, _cell.GateSize, _cell.HiddenSize), _packedBackward);
        Context.Team.Run(_slices, _backwardSlice);
        _hiddenGradient.Span.CopyTo(_hiddenState.InitialGradient);
        _cellGradient.Span.CopyTo(_cellState.InitialGradient);
        _hiddenState.FinalGradient.Clear();
        _cellState.FinalGradient.Clear();
        AddParameterGradients();
        _projection.InputGradient(_gates.Span.Slice(0, _steps * Context.Batch * _cell.GateSize), inputGradient);
    }

    private void ForwardSlice(int slice)
    {
        (int first, int end) = WorkerTeam.Slice(Context.Batch, slice, _slices);
        int rows = end - first, hiddenSize = _cell.HiddenSize;
        for (int t = 0; t < _steps; t++)
        {
            Span<T> gates = Rows(_gates.Span, t, first, rows, _cell.GateSize);
            if (_input.IsTokens)
            {
                _projection.Gather(_input, t * Context.Batch + first, rows, gates);
            }

            Matrix<T> hiddenBefore = new(Rows(_hidden.Span, t, first, rows, hiddenSize), rows, hiddenSize);
            Context.Gemm.MultiplyRows(slice, hiddenBefore, _packedForward, new(gates, rows, _cell.GateSize), accumulate: true);
            _cell.Forward(new ForwardStep<T>
            {
                Rows = rows,
                HiddenSize = hiddenSize,
                Gates = gates,
                CellBefore = Rows(_cells.Span, t, first, rows, hiddenSize),
                Cell = Rows(_cells.Span, t + 1, first, rows, hiddenSize),
                Hidden = Rows(_hidden.Span, t + 1, first, rows, hiddenSize),
                Cache = Rows(_cache.Span, t, first, rows, _cell.CacheSize),
            });
        }
    }

    private void BackwardSlice(int slice)
    {
        (int first, int end) = WorkerTeam.Slice(Context.Batch, slice, _slices);
        int rows = end - first, hiddenSize = _cell.HiddenSize;
        Span<T> hiddenGradient = Rows(_hiddenGradient.Span, 0, first, rows, hiddenSize);
        for (int t = _steps - 1; t >= 0; t--)
        {
            Span<T> gates = Rows(_gates.Span, t, first, rows, _cell.GateSize);
            _cell.Backward(new BackwardStep<T>
            {
                Rows = rows,
                HiddenSize = hiddenSize,
                Gates = gates,
                CellBefore = Rows(_cells.Span, t, first, rows, hiddenSize),
                Cell = Rows(_cells.Span, t + 1, first, rows, hiddenSize),
                Cache = Rows(_cache.Span, t, first, rows, _cell.CacheSize),
                OutputGradient = Rows(OutputGradient, t, first, rows, hiddenSize),
                HiddenGradient = hiddenGradient,
                CellGradient = Rows(_cellGradient.Span, 0, first, rows, hiddenSize),
                RowGradients = Rows(_rowGradients.Span, 0, first, rows, _vectorSize),
            });
            Matrix<T> preActivationGradient = new(gates, rows, _cell.GateSize);
            Context.Gemm.MultiplyRows(slice, preActivationGradient, _packedBackward, new(hiddenGradient, rows, hiddenSize), accumulate: false);
        }
    }

    /// <summary>dR += dA^T Hprev and dW += dA^T X, and the cell's vectors: the sums over the sequences, always in their order.</summary>
    private void AddParameterGradients()
    {
        int rows = _steps * Context.Batch;
        Matrix<T> dA = new(_gates.Span.Slice(0, rows * _cell.GateSize), rows, _cell.GateSize);
        Matrix<T> hiddenBefore = new(_hidden.Span.Slice(0, rows * _cell.HiddenSize), rows, _cell.HiddenSize);
        Matrix<T> dR = new(_cell.RecurrentWeights.Gradient, _cell.GateSize, _cell.HiddenSize);
        _projection.AddWeightGradients(_input, dA, hiddenBefore, dR);

        int column = 0;
        foreach (Parameter<T> vector in _vectors)
        {
            RowSums.AddTo<T>(_rowGradients.Span, _vectorSize, column, vector.Gradient);
            column += vector.Length;
        }
    }

    /// <summary>The rows [first, first + rows) of step t in a buffer [T,B,width].</summary>
    private Span<T> Rows(Span<T> buffer, int t, int first, int rows, int width) =>
        buffer.Slice((t * Context.Batch + first) * width, rows * width);
}

namespace Lstm.PublicApi.Tests.Cells;

/// <summary>A cell that declares what a test wants, and computes what a test wants.</summary>
internal sealed class DeclaredCell : Cell<double>
{
    private readonly Work? _forward;
    private readonly Work? _backward;

    public DeclaredCell(Action<DeclaredCell> declare, Work? forward = null, Work? backward = null)
        : base(inputSize: 2, hiddenSize: 3)
    {
        (_forward, _backward) = (forward, backward);
        declare(this);
    }

    public delegate void Work(DeclaredCell cell, in CellStep<double> step);

    /// <summary>A gate, and a state that is its value.</summary>
    public static Action<DeclaredCell> Smallest => cell =>
    {
        Gate gate = cell.AddGate("g");
        StateBlock h = cell.AddState("h", isOutput: true);
        cell.AddInputWeights();
        cell.AddProduct("R", h, gate);
    };

    public Gate AddGate(string name, int? size = null, Activation activation = Activation.Tanh) => base.AddGate(name, activation, size);

    public new GateRange RangeOf(Gate first, Gate last) => base.RangeOf(first, last);

    public Parameter<double> AddInputWeights() => base.AddInputWeights();

    public StateBlock AddState(string name, int? size = null, bool isOutput = false, bool isRead = false, double? zoneout = null) =>
        base.AddState(name, size, isOutput, isRead, zoneout: zoneout);

    public CacheBlock AddCache(string name) => base.AddCache(name);

    public new SignalBlock AddSignal(string name, int? size = null) => base.AddSignal(name, size);

    public MaskBlock AddMask(string name, double rate) => base.AddMask(name, rate);

    public VectorBlock<double> AddVector(string name) => base.AddVector(name, Initializer.Zero);

    public VectorBlock<double> AddBias() => base.AddBias();

    public Parameter<double> AddWeights(string name, int rows, int columns, int blocks = 1) => base.AddWeights(name, rows, columns, blocks);

    public Parameter<double> AddProduct(string name, Block from, Block to) => base.AddProduct(name, from, to);

    public new void AddProduct(Parameter<double> weights, Block from, Block to, int firstRow = 0, bool isDropped = false) =>
        base.AddProduct(weights, from, to, firstRow, isDropped);

    public new void EndStage() => base.EndStage();

    protected override void Forward(int stage, in CellStep<double> step) => _forward?.Invoke(this, step);

    protected override void Backward(int stage, in CellStep<double> step) => _backward?.Invoke(this, step);
}

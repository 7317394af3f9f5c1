namespace Lstm.PublicApi.Tests.Cells;

/// <summary>A cell that throws when it is told to.</summary>
internal sealed class FailingCell : Cell<double>
{
    private readonly Func<bool> _fails;

    public FailingCell(int hiddenSize, Func<bool> fails)
        : base(inputSize: 2, hiddenSize)
    {
        _fails = fails;
        Gate gate = AddGate("g", Activation.Identity);
        StateBlock h = AddState("h", isOutput: true);
        AddInputWeights();
        AddProduct("R", h, gate);
    }

    protected override void Forward(int stage, in CellStep<double> step)
    {
        if (_fails())
        {
            throw new NotFiniteNumberException("A cell of a test fails.");
        }
    }

    protected override void Backward(int stage, in CellStep<double> step)
    {
    }
}

namespace Lstm.Benchmarks.Micro;

/// <summary>The buffers of one step of a cell, to run its own work without the engine's products.</summary>
internal sealed class CellStepBuffers
{
    private readonly Cell<float> _cell;
    private readonly CellActivations<float> _activations;
    private readonly int _batch;

    public CellStepBuffers(Cell<float> cell, int batch)
    {
        (_cell, _batch) = (cell, batch);
        _ = new Sequential<float>(new RecurrentLayer<float>(cell));
        _activations = new CellActivations<float>(new PassContext<float>(steps: 1, batch, new BpttOptions { Threads = 1 }), cell);
    }

    /// <summary>[B, all gates].</summary>
    public Span<float> Gates => Step.Gates;

    /// <summary>[B, size]: the gradient at h.</summary>
    public Span<float> OutputGradient => Step.AllGradients(_cell.Output);

    private CellStep<float> Step => new(_activations, 0, 0, _batch);

    /// <summary>[B, size] of the step before.</summary>
    public Span<float> Before(string state) => Step.AllBefore(StateOf(state));

    /// <summary>[B, size]: the gradient at the state of this step, then at that of the step before.</summary>
    public Span<float> Gradient(string state) => Step.AllGradients(StateOf(state));

    public void Forward() => _cell.Forward(0, Step);

    public void Backward() => _cell.Backward(0, Step);

    private StateBlock StateOf(string name) => _cell.States.Single(state => state.Name == name);
}

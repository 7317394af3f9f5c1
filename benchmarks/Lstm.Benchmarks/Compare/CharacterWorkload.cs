using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>The main job as this library does it: token ids in place of one-hot vectors, as the sample CharLm has them.</summary>
internal sealed class CharacterWorkload : CharacterTraining
{
    private readonly Work _work;
    private readonly Sequential<float> _model;
    private readonly Bptt<float> _bptt;
    private Adam<float> _adam;

    public CharacterWorkload(Work work)
        : base(work)
    {
        (int characters, int hidden, int layers, int batch, int steps) = _work = work;
        _model = new Sequential<float>(
        [
            .. Enumerable.Range(0, layers).Select(layer => Cells.Create<float>(work.Cell, layer == 0 ? characters : hidden, hidden)),
            new Dense<float>(hidden, characters),
        ]);
        _bptt = new Bptt<float>(_model, steps, batch, new() { Threads = WorkerLoop.Threads });
        _adam = new Adam<float>(_model.Parameters, LearningRate);
        Restart();
    }

    public override void Dispose()
    {
        // Its memory is the collector's.
    }

    protected override void Restart()
    {
        foreach (Parameter<float> parameter in _model.Parameters)
        {
            TestData.FillNamed(parameter.Name, parameter.Value, _work);
        }

        _adam = new Adam<float>(_model.Parameters, LearningRate);
    }

    protected override void ResetStates() => _bptt.ResetState();

    protected override double Train(int[] inputs, int[] targets)
    {
        ReadOnlySpan<float> logits = _bptt.ForwardTokens(inputs);
        double loss = SoftmaxCrossEntropy.Evaluate(logits, targets, _bptt.OutputGradient);
        _model.Parameters.ClearGradients();
        _bptt.Backward();
        GradientClipping.ByGlobalNorm(_model.Parameters, MaxGradientNorm);
        _adam.Step();
        return loss;
    }
}

using Lstm.Benchmarks.Worker;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lstm.Peers.Torch;

/// <summary>The main job in PyTorch.</summary>
internal sealed class TorchCharacterWorkload : CharacterTraining
{
    private readonly Work _work;
    private readonly CharacterModel _model;
    private Adam _adam;
    private (Tensor H, Tensor C) _state;

    public TorchCharacterWorkload(Work work)
        : base(work)
    {
        _work = work;
        _model = new CharacterModel(work);
        _model.Fill();
        _adam = NewOptimizer();
        _state = (NewState(), NewState());
    }

    public override void Dispose()
    {
        _adam.Dispose();
        _model.Dispose();
        _state.H.Dispose();
        _state.C.Dispose();
    }

    protected override void Restart()
    {
        _model.Fill();
        _adam.Dispose();
        _adam = NewOptimizer();
    }

    protected override void ResetStates() => SetState(NewState(), NewState());

    protected override double Train(int[] inputs, int[] targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor characters = tensor(inputs, ScalarType.Int64).reshape(_work.Steps, _work.Batch);
        (Tensor logits, Tensor h, Tensor c) = _model.call(characters, _state);
        Tensor loss = nn.functional.cross_entropy(logits.reshape(-1, _work.InputSize), tensor(targets, ScalarType.Int64));
        _adam.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(_model.Learned, MaxGradientNorm);
        _adam.step();
        SetState(h.detach().MoveToOuterDisposeScope(), c.detach().MoveToOuterDisposeScope());
        return loss.item<float>();
    }

    private Adam NewOptimizer() => optim.Adam(_model.Learned, LearningRate);

    private Tensor NewState() => zeros(_work.Layers, _work.Batch, _work.HiddenSize);

    private void SetState(Tensor h, Tensor c)
    {
        _state.H.Dispose();
        _state.C.Dispose();
        _state = (h, c);
    }
}

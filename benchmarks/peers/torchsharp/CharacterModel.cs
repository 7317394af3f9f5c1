using Lstm.Benchmarks.Worker;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lstm.Peers.Torch;

/// <summary>One-hot vectors, LSTM layers, and logits over the characters.</summary>
internal sealed class CharacterModel : nn.Module<Tensor, (Tensor H, Tensor C), (Tensor Logits, Tensor H, Tensor C)>
{
    private readonly Work _work;
    private readonly LSTM _lstm;
    private readonly Linear _head;

    public CharacterModel(Work work)
        : base(nameof(CharacterModel))
    {
        _work = work;
        _lstm = nn.LSTM(work.InputSize, work.HiddenSize, work.Layers);
        _head = nn.Linear(work.HiddenSize, work.InputSize);
        RegisterComponents();
        Learned = [.. named_parameters().Where(parameter => !IsSecondBias(parameter.name)).Select(parameter => parameter.parameter)];
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            parameter.requires_grad_(!IsSecondBias(name));
        }
    }

    /// <summary>All but the second biases, which other libraries do not have: with both, a bias would move twice as far.</summary>
    public IReadOnlyList<Parameter> Learned { get; }

    /// <summary>Sets the numbers of the protocol; the dense layer is the one above the last LSTM.</summary>
    public void Fill()
    {
        TorchNumbers.Fill(_lstm, _work);
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        _head.weight!.copy_(TorchNumbers.Named($"{_work.Layers}.W", _work, _head.weight.shape));
        _head.bias!.copy_(TorchNumbers.Named($"{_work.Layers}.b", _work, _head.bias.shape));
    }

    public override (Tensor Logits, Tensor H, Tensor C) forward(Tensor characters, (Tensor H, Tensor C) state)
    {
        Tensor input = nn.functional.one_hot(characters, _work.InputSize).to(ScalarType.Float32);
        (Tensor y, Tensor h, Tensor c) = _lstm.call(input, state);
        return (_head.call(y), h, c);
    }

    private static bool IsSecondBias(string name) => name.Contains("bias_hh", StringComparison.Ordinal);
}

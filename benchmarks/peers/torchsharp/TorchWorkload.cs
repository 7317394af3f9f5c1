using System.Diagnostics;
using Lstm.Benchmarks.Worker;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lstm.Peers.Torch;

/// <summary>
/// The work of one case in <c>torch.nn.LSTM</c>. Forward passes are without recording, which is its fastest way; gradients are taken away
/// before every step, so that nothing is cleared or added.
/// </summary>
internal sealed class TorchWorkload : IWorkload
{
    private readonly Work _work;
    private readonly LSTM _lstm;
    private readonly Tensor _x, _outputGradient, _dy, _h0, _c0;
    private readonly Tensor[] _leaves;
    private (Tensor H, Tensor C) _state;

    public TorchWorkload(Work work)
    {
        if (work.Cell != "plain")
        {
            throw new NotSupportedException($"expected a plain cell, but got {work}");
        }

        (int input, int hidden, int layers, int batch, int steps) = _work = work;
        _lstm = nn.LSTM(input, hidden, layers);
        TorchNumbers.Fill(_lstm, work);
        _x = TorchNumbers.Create([steps, batch, input], values => TestData.Fill(values, TestData.Input)).requires_grad_(work.HasTraining);
        _outputGradient = TorchNumbers.Create([steps, batch, hidden], values => TestData.FillOutputGradient(values, work));
        _dy = empty_like(_outputGradient);
        _h0 = State("h").requires_grad_(work.HasTraining);
        _c0 = State("c").requires_grad_(work.HasTraining);
        _leaves = [_x, _h0, _c0, .. _lstm.parameters()];
        _state = (_h0.alias(), _c0.alias());
    }

    public IReadOnlyDictionary<string, Fingerprint> Check()
    {
        SetState(_h0.detach(), _c0.detach());
        Dictionary<string, Fingerprint> results = new() { ["y"] = Output() };
        if (_work.HasTraining)
        {
            Train();
            results["dx"] = GradientOf(_x);
            foreach ((string name, Parameter parameter) in _lstm.named_parameters())
            {
                string[] parts = name.Split("_l");
                string? symbol = parts[0] switch { "weight_ih" => "W", "weight_hh" => "R", "bias_ih" => "b", _ => null };
                if (symbol is not null)
                {
                    results[$"{parts[1]}.{symbol}"] = GradientOf(parameter);
                }
            }

            for (int layer = 0; layer < _work.Layers; layer++)
            {
                results[$"{layer}.h"] = GradientOf(_h0, layer);
                results[$"{layer}.c"] = GradientOf(_c0, layer);
            }
        }

        return results;
    }

    public double Forward()
    {
        using IDisposable gradients = _work.HasTraining ? no_grad() : inference_mode();
        using DisposeScope scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        (_, Tensor h, Tensor c) = _lstm.call(_x, _state);
        if (_work.Mode == WorkMode.Steps)
        {
            SetState(h.MoveToOuterDisposeScope(), c.MoveToOuterDisposeScope());
        }

        return Clock.MillisecondsSince(start);
    }

    /// <summary>Returns the milliseconds of a training step without its loss, which would write the gradient of the output.</summary>
    public double Train()
    {
        using DisposeScope scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        (Tensor y, _, _) = _lstm.call(_x, (_h0, _c0));
        double forward = Clock.MillisecondsSince(start);
        _dy.copy_(_outputGradient);
        start = Stopwatch.GetTimestamp();
        foreach (Tensor leaf in _leaves)
        {
            leaf.grad = null;
        }

        y.backward([_dy]);
        return forward + Clock.MillisecondsSince(start);
    }

    public void Dispose()
    {
        _lstm.Dispose();
        Array.ForEach([_x, _outputGradient, _dy, _h0, _c0, _state.H, _state.C], one => one.Dispose());
    }

    private Tensor State(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] layers = [.. Enumerable.Range(0, _work.Layers)
            .Select(layer => TorchNumbers.Named($"{layer}.{name}", _work, _work.Batch, _work.HiddenSize))];
        return stack(layers).MoveToOuterDisposeScope();
    }

    private void SetState(Tensor h, Tensor c)
    {
        _state.H.Dispose();
        _state.C.Dispose();
        _state = (h, c);
    }

    private Fingerprint Output()
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return TorchNumbers.FingerprintOf(_lstm.call(_x, _state).Item1);
    }

    private static Fingerprint GradientOf(Tensor leaf, int? layer = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gradient = leaf.grad ?? throw new InvalidOperationException("a gradient is missing after a training step");
        return TorchNumbers.FingerprintOf(layer is int index ? gradient[index] : gradient);
    }
}

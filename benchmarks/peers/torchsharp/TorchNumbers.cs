using Lstm.Benchmarks.Worker;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lstm.Peers.Torch;

/// <summary>Tensors with the numbers of <see cref="TestData"/>.</summary>
internal static class TorchNumbers
{
    /// <summary>A parameter or state by its name in the protocol.</summary>
    public static Tensor Named(string name, Work work, params long[] shape) =>
        Create(shape, values => TestData.FillNamed(name, values, work));

    public static Tensor Create(long[] shape, FillAction fill)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        fill(values);
        return tensor(values).reshape(shape);
    }

    /// <summary>Sets the weights of a stack of layers. The gates are in the order of the protocol; the second bias is zero.</summary>
    public static void Fill(LSTM lstm, Work work)
    {
        using IDisposable gradients = no_grad();
        foreach ((string name, Parameter parameter) in lstm.named_parameters())
        {
            // weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, and so on for each layer.
            string[] parts = name.Split("_l");
            using DisposeScope scope = NewDisposeScope();
            _ = parts[0] switch
            {
                "weight_ih" => parameter.copy_(Named($"{parts[1]}.W", work, parameter.shape)),
                "weight_hh" => parameter.copy_(Named($"{parts[1]}.R", work, parameter.shape)),
                "bias_ih" => parameter.copy_(Named($"{parts[1]}.b", work, parameter.shape)),
                _ => parameter.zero_(),
            };
        }
    }

    public static Fingerprint FingerprintOf(Tensor values)
    {
        using Tensor whole = values.detach().contiguous();
        return TestData.FingerprintOf<float>(whole.data<float>().ToArray());
    }

    /// <summary>Writes the numbers of a tensor.</summary>
    /// <param name="values">Where they go.</param>
    public delegate void FillAction(Span<float> values);
}

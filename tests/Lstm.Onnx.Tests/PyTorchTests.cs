using System.Runtime.InteropServices;

namespace Lstm.Onnx.Tests;

/// <summary>Models that PyTorch has written compute here what they compute there; <c>PyTorch/generate.py</c> makes the files.</summary>
public sealed class PyTorchTests
{
    private const int Steps = 6, Batch = 3;

    [Fact]
    public void Two_layers_of_two_directions_of_token_ids_with_sequences_first()
    {
        Sequential<float> model = OnnxImport.Load(PathOf("lstm-two-directions.onnx"));
        int[] ids = Read<int>("lstm-two-directions.input");
        float[] output = Predict(model).ForwardTokens(Exchanged(ids, Batch, Steps, 1)).ToArray();

        Comparison.ShouldBeNear(Exchanged(output, Steps, Batch, 3), Read<float>("lstm-two-directions.output"), "output");
    }

    [Theory]
    [InlineData("gru-and-rnn")]
    [InlineData("lstm-with-states")]
    public void Layers_with_steps_first(string name)
    {
        Sequential<float> model = OnnxImport.Load(PathOf($"{name}.onnx"));

        Comparison.ShouldBeNear(Predict(model).Forward(Read<float>($"{name}.input")), Read<float>($"{name}.output"), "output");
    }

    private static Bptt<float> Predict(Sequential<float> model) => new(model, Steps, Batch, new() { ForwardOnly = true });

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "PyTorch", name);

    private static T[] Read<T>(string name)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(PathOf(name))).ToArray();

    private static T[] Exchanged<T>(T[] values, int first, int second, int size)
    {
        T[] result = new T[values.Length];
        for (int i = 0; i < first * second; i++)
        {
            values.AsSpan(i * size, size).CopyTo(result.AsSpan((i % second * first + i / second) * size));
        }

        return result;
    }
}

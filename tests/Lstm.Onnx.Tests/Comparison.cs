using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.Onnx.Tests;

/// <summary>
/// Runs one window through a model by the library and by ONNX Runtime, and compares outputs and states. The library computes in double,
/// so that what is compared is the same whatever registers the tests run on; its own float is compared with its double elsewhere.
/// </summary>
internal sealed class Comparison
{
    public const int Steps = 6, Batch = 5;

    /// <summary>The largest difference of two numbers that count as equal.</summary>
    public const float Tolerance = 1e-5f;

    private readonly Sequential<float> _model;
    private readonly OnnxExportOptions _options;
    private readonly Random _random = new(20260101);

    public Comparison(Sequential<float> model, OnnxExportOptions options)
    {
        (_model, _options) = (model, options);
        Randomize(model, _random);
    }

    /// <summary>All steps, none, one, and some; null for no lengths.</summary>
    public static int[] MixedLengths => [Steps, 0, 1, 4, Steps];

    /// <summary>Sets every parameter to random numbers, so that no term is 0; gains are near 1.</summary>
    public static void Randomize(Sequential<float> model, Random random)
    {
        foreach (Parameter<float> parameter in model.Parameters)
        {
            float middle = parameter.Name.Contains("gain", StringComparison.Ordinal) ? 1 : 0;
            foreach (ref float value in parameter.Value)
            {
                value = middle + Uniform(random, 0.6f);
            }
        }
    }

    /// <summary>Compares a window of vectors, or of token ids where the model takes those.</summary>
    public void Run(bool tokens = false)
    {
        Bptt<double> expected = new(Exact(_model), Steps, Batch, new BpttOptions { ForwardOnly = true, Threads = 1 });
        using OnnxModel actual = new(OnnxExport.ToBytes(_model, _options));
        int[] lengths = _options.Lengths ? MixedLengths : [];
        if (_options.Lengths)
        {
            actual.Set("lengths", lengths, Batch);
        }

        foreach (RecurrentState<double> state in _options.States ? expected.States : [])
        {
            float[] values = Numbers(Batch * state.Size);
            state.Set(Array.ConvertAll(values, value => (double)value));
            actual.Set(state.Name, values, Batch, state.Size);
        }

        double[] output = tokens ? ForwardTokens(expected, actual, lengths) : ForwardVectors(expected, actual, lengths);
        if (_options.Softmax)
        {
            Softmax(output, lengths);
        }

        Dictionary<string, long[]> shapes = [];
        Dictionary<string, float[]> results = actual.Run(shapes);
        shapes["output"].Should().Equal(Steps, Batch, _model.Layers[^1].OutputSize);
        ShouldBeNear(results["output"], output, "output");
        results.Count.Should().Be(_options.States ? 1 + expected.States.Count : 1);
        foreach (RecurrentState<double> state in _options.States ? expected.States : [])
        {
            ShouldBeNear(results[$"{state.Name}.next"], state.Value, state.Name);
        }
    }

    public static void ShouldBeNear<T>(ReadOnlySpan<float> actual, ReadOnlySpan<T> expected, string name)
        where T : IBinaryFloatingPointIeee754<T>
    {
        actual.Length.Should().Be(expected.Length, "{0} has a size", name);
        for (int i = 0; i < actual.Length; i++)
        {
            if (!(Math.Abs(actual[i] - double.CreateTruncating(expected[i])) <= Tolerance))
            {
                Assert.Fail($"{name}: number {i} of {actual.Length} is {actual[i]}, and not {expected[i]}.");
            }
        }
    }

    /// <summary>Returns the same model in double.</summary>
    private static Sequential<double> Exact(Sequential<float> model)
    {
        LayerKinds<double> kinds = new();
        Sequential<double> exact = new([.. model.Layers.Select(layer => kinds.CreateLayer(layer.Describe()!))]);
        TensorPrimitives.ConvertTruncating<float, double>(model.Parameters.Values, exact.Parameters.Values);
        return exact;
    }

    private double[] ForwardVectors(Bptt<double> expected, OnnxModel actual, int[] lengths)
    {
        int size = _model.Layers[0].InputSize;
        float[] input = Numbers(Steps * Batch * size);
        for (int row = 0; row < Steps * Batch && lengths.Length > 0; row++)
        {
            if (row / Batch >= lengths[row % Batch])
            {
                input.AsSpan(row * size, size).Fill(float.NaN);             // nobody may read it
            }
        }

        actual.Set("input", input, Steps, Batch, size);
        return expected.Forward(Array.ConvertAll(input, value => (double)value), lengths).ToArray();
    }

    private double[] ForwardTokens(Bptt<double> expected, OnnxModel actual, int[] lengths)
    {
        int[] tokens = new int[Steps * Batch];
        for (int row = 0; row < tokens.Length; row++)
        {
            bool isPadding = lengths.Length > 0 && row / Batch >= lengths[row % Batch];
            tokens[row] = isPadding ? 12345 : _random.Next(_model.Layers[0].InputSize);
        }

        actual.Set("input", Array.ConvertAll(tokens, token => (long)token), Steps, Batch);
        return expected.ForwardTokens(tokens, lengths).ToArray();
    }

    private void Softmax(double[] output, int[] lengths)
    {
        int size = _model.Layers[^1].OutputSize;
        for (int row = 0; row < Steps * Batch; row++)
        {
            if (lengths.Length > 0 && row / Batch >= lengths[row % Batch])
            {
                continue;
            }

            Span<double> values = output.AsSpan(row * size, size);
            double sum = 0;
            foreach (double value in values)
            {
                sum += Math.Exp(value);
            }

            foreach (ref double value in values)
            {
                value = Math.Exp(value) / sum;
            }
        }
    }

    private float[] Numbers(int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = Uniform(_random, 1);
        }

        return values;
    }

    private static float Uniform(Random random, float limit) => limit * (2 * random.NextSingle() - 1);
}

using System.Numerics;

namespace Lstm.Keras.Tests;

/// <summary>Compares what the library computes with the equations of Keras.</summary>
internal static class Comparison
{
    private const int Steps = 6;
    private const int Batch = 3;

    public static string Dtype<T>() => typeof(T) == typeof(float) ? "float32" : "float64";

    public static double Tolerance<T>() => typeof(T) == typeof(float) ? 1e-5 : 1e-12;

    /// <summary>Checks the outputs of all steps of some sequences.</summary>
    public static void ShouldCompute<T>(this Sequential<T> model, ReferenceModel reference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(11);
        Predictor<T> predictor = new(model, Steps, Batch);
        bool isTokens = !model.Layers[0].AcceptsValues;
        int size = isTokens ? 1 : model.Layers[0].InputSize;
        double[] x = new double[Steps * Batch * size];
        for (int k = 0; k < x.Length; k++)
        {
            x[k] = isTokens ? random.Next(model.Layers[0].InputSize) : (float)(random.NextDouble() * 4 - 2);
        }

        ReadOnlySpan<T> output = isTokens
            ? predictor.PredictTokens([.. x.Select(id => (int)id)])
            : predictor.Predict([.. x.Select(T.CreateTruncating)]);
        double[] expected = reference.Run(x, Steps, Batch, size);
        output.Length.Should().Be(expected.Length);
        for (int k = 0; k < expected.Length; k++)
        {
            double.CreateTruncating(output[k]).Should().BeApproximately(expected[k], Tolerance<T>(), $"output {k} is that of Keras");
        }
    }
}

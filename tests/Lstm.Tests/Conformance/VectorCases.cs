using System.Numerics;
using System.Reflection;
using Xunit.Sdk;

namespace Lstm.Tests.Conformance;

/// <summary>All reference vectors, as rows of a theory.</summary>
public sealed class ReferenceVectorsAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => ReferenceVector.Names.Select(name => new object[] { name });
}

/// <summary>Runs the library on a reference vector. What a file is about is told by its kind and options, not by its name.</summary>
public static class VectorCases
{
    public static IEnumerable<Outcome> Run<T>(ReferenceVector vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => vector.Kind switch
        {
            "lstm" => LstmVectors<T>.Run(vector, [""]),
            "lstm-stack" => LstmVectors<T>.Run(vector, [.. StackPrefixes(vector)]),
            "rnn" => RecurrentVectors<T>.RunRnn(vector),
            "gru" => RecurrentVectors<T>.RunGru(vector),
            "dense" => LayerVectors<T>.RunDense(vector),
            "embedding" => LayerVectors<T>.RunEmbedding(vector),
            "layernorm" => LayerVectors<T>.RunLayerNorm(vector),
            "softmax-cross-entropy" => LossVectors<T>.RunSoftmaxCrossEntropy(vector),
            "mean-squared-error" => LossVectors<T>.RunMeanSquaredError(vector),
            "huber" => LossVectors<T>.RunHuber(vector),
            "sigmoid-cross-entropy" => LossVectors<T>.RunSigmoidCrossEntropy(vector),
            "ctc" => LossVectors<T>.RunCtc(vector),
            "optimizers" => OptimizerVectors<T>.Run(vector),
            "training-trajectory" => TrajectoryVectors<T>.Run(vector),
            _ => throw new ArgumentException($"There is no runner for '{vector.Kind}'.", nameof(vector)),
        };

    private static IEnumerable<string> StackPrefixes(ReferenceVector vector) =>
        from layer in Enumerable.Range(0, vector.Size("layers"))
        from direction in vector.Config.GetProperty("bidirectional").GetBoolean() ? "fb" : "f"
        select $"{layer}.{direction}.";
}

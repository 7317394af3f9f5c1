using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Conformance;

internal static class LayerVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Outcome> RunDense(ReferenceVector vector)
    {
        Dense<T> layer = new(vector.Size("inputSize"), vector.Size("outputSize"));
        Bptt<T> bptt = new(new Sequential<T>(layer), steps: 1, batch: vector.Size("rows"));
        Set(layer.Weights.Value, vector.Tensor("parameters", "W"));
        Set(layer.Bias.Value, vector.Tensor("parameters", "b"));
        Outcome y = Outcome.Of("y", vector.Tensor("outputs", "y"), bptt.Forward(Array.ConvertAll(vector.Tensor("inputs", "x"), T.CreateTruncating)));
        Set(bptt.OutputGradient, vector.Tensor("cotangents", "y"));
        bptt.Backward();
        return
        [
            y,
            Outcome.Of<T>("dW", vector.Tensor("gradients", "W"), layer.Weights.Gradient),
            Outcome.Of<T>("db", vector.Tensor("gradients", "b"), layer.Bias.Gradient),
            Outcome.Of("dx", vector.Tensor("gradients", "x"), bptt.InputGradient),
        ];
    }

    public static IEnumerable<Outcome> RunEmbedding(ReferenceVector vector)
    {
        Embedding<T> layer = new(vector.Size("vocabulary"), vector.Size("size"));
        int[] ids = vector.Integers("inputs", "ids");
        Bptt<T> bptt = new(new Sequential<T>(layer), steps: 1, batch: ids.Length);
        Set(layer.Table.Value, vector.Tensor("parameters", "E"));
        Outcome y = Outcome.Of("y", vector.Tensor("outputs", "y"), bptt.ForwardTokens(ids));
        Set(bptt.OutputGradient, vector.Tensor("cotangents", "y"));
        bptt.Backward();
        return [y, Outcome.Of<T>("dE", vector.Tensor("gradients", "E"), layer.Table.Gradient)];
    }

    /// <summary>The kernel normalises; gain and shift, which belong to its callers, are applied here.</summary>
    public static unsafe IEnumerable<Outcome> RunLayerNorm(ReferenceVector vector)
    {
        int size = vector.Size("size"), rows = vector.Size("rows");
        double[] gain = vector.Tensor("parameters", "gain"), shift = vector.Tensor("parameters", "shift");
        T[] x = Array.ConvertAll(vector.Tensor("inputs", "x"), T.CreateTruncating), dy = Array.ConvertAll(vector.Tensor("cotangents", "y"), T.CreateTruncating);
        T[] normalized = new T[x.Length], y = new T[x.Length], dx = new T[x.Length], dgain = new T[size], dshift = new T[size];
        fixed (T* px = x, pn = normalized, pdx = dx)
        {
            for (int row = 0; row < rows; row++)
            {
                T r = LayerNormalization<T>.Forward(px + row * size, size, T.CreateTruncating(vector.Config.GetProperty("epsilon").GetDouble()), pn + row * size);
                for (int k = row * size; k < (row + 1) * size; k++)
                {
                    y[k] = normalized[k] * T.CreateTruncating(gain[k % size]) + T.CreateTruncating(shift[k % size]);
                    dx[k] = dy[k] * T.CreateTruncating(gain[k % size]);
                    dgain[k % size] += dy[k] * normalized[k];
                    dshift[k % size] += dy[k];
                }

                LayerNormalization<T>.Backward(pdx + row * size, pn + row * size, r, size, pdx + row * size);
            }
        }

        return
        [
            Outcome.Of<T>("y", vector.Tensor("outputs", "y"), y),
            Outcome.Of<T>("dx", vector.Tensor("gradients", "x"), dx),
            Outcome.Of<T>("dgain", vector.Tensor("gradients", "gain"), dgain),
            Outcome.Of<T>("dshift", vector.Tensor("gradients", "shift"), dshift),
        ];
    }

    private static void Set(Span<T> destination, double[] values) => Array.ConvertAll(values, T.CreateTruncating).CopyTo(destination);
}

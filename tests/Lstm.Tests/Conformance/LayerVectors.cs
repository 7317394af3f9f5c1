using System.Numerics;
using Lstm.Numerics;
using Lstm.Tests.Kernels;

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

    public static IEnumerable<Outcome> RunLayerNorm(ReferenceVector vector)
    {
        int size = vector.Size("size"), rows = vector.Size("rows");
        Guarded<T> gain = Of(vector.Tensor("parameters", "gain")), shift = Of(vector.Tensor("parameters", "shift"));
        Guarded<T> x = Of(vector.Tensor("inputs", "x")), dy = Of(vector.Tensor("cotangents", "y"));
        Guarded<T> normalized = Zeros(rows * size), y = Zeros(rows * size), dx = Zeros(rows * size), r = Zeros(rows);
        Guarded<T> dgain = Zeros(size), dshift = Zeros(size);
        for (int row = 0; row < rows; row++)
        {
            NormalizedRow<T> at = new()
            {
                Groups = 1,
                Size = size,
                Epsilon = T.CreateTruncating(vector.Config.GetProperty("epsilon").GetDouble()),
                Values = x.Numbers + row * size,
                Normalized = normalized.Numbers + row * size,
                Scales = r.Numbers + row,
                Result = y.Numbers + row * size,
                Gain = gain.Numbers,
                Shift = shift.Numbers,
                GainGradient = dgain.Numbers,
                ShiftGradient = dshift.Numbers,
            };
            LayerNormalization<T>.Forward(at);
            LayerNormalization<T>.Backward(at with { Values = dy.Numbers + row * size, Result = dx.Numbers + row * size });
        }

        new[] { gain, shift, x, dy, normalized, y, dx, r, dgain, dshift }.Should().OnlyContain(buffer => buffer.IsIntact);
        return
        [
            Outcome.Of<T>("y", vector.Tensor("outputs", "y"), y.Span),
            Outcome.Of<T>("dx", vector.Tensor("gradients", "x"), dx.Span),
            Outcome.Of<T>("dgain", vector.Tensor("gradients", "gain"), dgain.Span),
            Outcome.Of<T>("dshift", vector.Tensor("gradients", "shift"), dshift.Span),
        ];
    }

    private static Guarded<T> Of(double[] values) => new(values.Length, T.NegativeOne, k => T.CreateTruncating(values[k]));

    private static Guarded<T> Zeros(int length) => new(length, T.NegativeOne, _ => T.Zero);

    private static void Set(Span<T> destination, double[] values) => Array.ConvertAll(values, T.CreateTruncating).CopyTo(destination);
}

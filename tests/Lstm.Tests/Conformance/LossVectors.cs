using System.Numerics;
using System.Text.Json;

namespace Lstm.Tests.Conformance;

internal static class LossVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Outcome> RunSoftmaxCrossEntropy(ReferenceVector vector)
    {
        T[] logits = Array.ConvertAll(vector.Tensor("inputs", "logits"), T.CreateTruncating);
        int[] targets = vector.Integers("inputs", "targets");
        int? ignoreIndex = vector.Config.TryGetProperty("ignoreIndex", out JsonElement index) ? index.GetInt32() : null;
        Reduction reduction = vector.Config.GetProperty("reduction").GetString() == "mean" ? Reduction.Mean : Reduction.Sum;

        T[] gradient = new T[logits.Length];
        double[] loss = vector.Tensor("outputs", "loss"), expected = vector.Tensor("gradients", "logits");
        double apart = SoftmaxCrossEntropy.Evaluate<T>(logits, targets, gradient, reduction, ignoreIndex);
        double alone = SoftmaxCrossEntropy.Evaluate<T>(logits, targets, reduction, ignoreIndex);
        double inPlace = SoftmaxCrossEntropy.Evaluate<T>(logits, targets, logits, reduction, ignoreIndex);
        return
        [
            new("loss", loss, [apart]),
            new("loss without gradient", loss, [alone]),
            new("loss in place", loss, [inPlace]),
            Outcome.Of<T>("dlogits", expected, gradient),
            Outcome.Of<T>("dlogits in place", expected, logits),
        ];
    }
}

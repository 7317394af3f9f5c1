using System.Numerics;
using System.Text.Json;

namespace Lstm.Tests.Conformance;

internal static class LossVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Outcome> RunSoftmaxCrossEntropy(ReferenceVector vector)
    {
        T[] logits = Convert(vector.Tensor("inputs", "logits"));
        int[] targets = vector.Integers("inputs", "targets");
        int? ignoreIndex = vector.Config.TryGetProperty("ignoreIndex", out JsonElement index) ? index.GetInt32() : null;
        double labelSmoothing = vector.Config.TryGetProperty("labelSmoothing", out JsonElement smoothing) ? smoothing.GetDouble() : 0;
        return Compare(
            vector, "logits", logits, dy => SoftmaxCrossEntropy.Evaluate<T>(logits, targets, dy, ReductionOf(vector), ignoreIndex, labelSmoothing));
    }

    public static IEnumerable<Outcome> RunMeanSquaredError(ReferenceVector vector) =>
        RunElementwise(vector, "predictions", (y, t, dy) => MeanSquaredError.Evaluate<T>(y, t, dy, ReductionOf(vector)));

    public static IEnumerable<Outcome> RunHuber(ReferenceVector vector) =>
        RunElementwise(
            vector,
            "predictions",
            (y, t, dy) => HuberLoss.Evaluate<T>(y, t, dy, vector.Config.GetProperty("delta").GetDouble(), ReductionOf(vector)));

    public static IEnumerable<Outcome> RunSigmoidCrossEntropy(ReferenceVector vector) =>
        RunElementwise(vector, "logits", (y, t, dy) => SigmoidCrossEntropy.Evaluate<T>(y, t, dy, ReductionOf(vector)));

    public static IEnumerable<Outcome> RunCtc(ReferenceVector vector)
    {
        JsonElement inputs = vector.Get("inputs"), logitsOf = inputs.GetProperty("logits");
        int steps = logitsOf.GetArrayLength(), classes = logitsOf[0][0].GetArrayLength();
        T[] logits = Convert(vector.Tensor("inputs", "logits"));
        int[] targets = vector.Integers("inputs", "targets"), lengths = vector.Integers("inputs", "lengths");
        int[] targetLengths = [.. inputs.GetProperty("targets").EnumerateArray().Select(target => target.GetArrayLength())];
        CtcLoss<T> ctc = new(classes, steps, targetLengths.Max(), new() { Blank = vector.Size("blank") });
        return Compare(vector, "logits", logits, dy => ctc.Evaluate(logits, targets, targetLengths, dy, lengths, ReductionOf(vector)));
    }

    private static Outcome[] RunElementwise(ReferenceVector vector, string name, Func<T[], T[], T[], double> evaluate)
    {
        T[] outputs = Convert(vector.Tensor("inputs", name)), targets = Convert(vector.Tensor("inputs", "targets"));
        return Compare(vector, name, outputs, dy => evaluate(outputs, targets, dy));
    }

    /// <summary>With the gradient beside the outputs, without a gradient, and in place, which comes last.</summary>
    private static Outcome[] Compare(ReferenceVector vector, string name, T[] outputs, Func<T[], double> evaluate)
    {
        T[] gradient = new T[outputs.Length];
        double[] loss = vector.Tensor("outputs", "loss"), expected = vector.Tensor("gradients", name);
        return
        [
            new("loss", loss, [evaluate(gradient)]),
            new("loss without gradient", loss, [evaluate([])]),
            new("loss in place", loss, [evaluate(outputs)]),
            Outcome.Of<T>($"d{name}", expected, gradient),
            Outcome.Of<T>($"d{name} in place", expected, outputs),
        ];
    }

    private static Reduction ReductionOf(ReferenceVector vector) =>
        vector.Config.GetProperty("reduction").GetString() == "mean" ? Reduction.Mean : Reduction.Sum;

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}

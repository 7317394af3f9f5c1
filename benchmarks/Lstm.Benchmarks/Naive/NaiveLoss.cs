namespace Lstm.Benchmarks.Naive;

internal static class NaiveLoss
{
    /// <summary>The mean over the rows of [rows, classes], and its gradient.</summary>
    public static double SoftmaxCrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, Span<float> gradient)
    {
        int classes = logits.Length / targets.Length;
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            int start = row * classes;
            float max = float.NegativeInfinity, sum = 0;
            for (int k = start; k < start + classes; k++)
            {
                max = MathF.Max(max, logits[k]);
            }

            for (int k = start; k < start + classes; k++)
            {
                sum += MathF.Exp(logits[k] - max);
            }

            for (int k = start; k < start + classes; k++)
            {
                float target = k == start + targets[row] ? 1 : 0;
                gradient[k] = ((MathF.Exp(logits[k] - max) / sum) - target) / targets.Length;
            }

            loss += MathF.Log(sum) + max - logits[start + targets[row]];
        }

        return loss / targets.Length;
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The part that <see cref="Adam{T}"/> and <see cref="AdamW{T}"/> share: everything but the weight decay.</summary>
internal sealed class AdamMoments<T>(AlignedBuffer<T> mean, AlignedBuffer<T> variance, double beta1, double beta2, double epsilon)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double _correction1;
    private double _correction2;

    /// <summary>Computes the corrections of the bias towards 0 for step t = 1, 2, ...</summary>
    public void BeginStep(long t) => (_correction1, _correction2) = (1 - Math.Pow(beta1, t), 1 - Math.Pow(beta2, t));

    /// <summary>
    /// Returns the bound of (15). Where v forgets no gradient before m does, it follows from the inequality of Cauchy and Schwarz for the
    /// sums m and v; otherwise ε is all that is left to divide by. The correction of the bias is at most 1/(1-β1), and the numerator is a
    /// mean of gradients.
    /// </summary>
    public double LargestStep(double largest)
    {
        double quotient = beta1 * beta1 / beta2;
        double bound = quotient < 1 ? (1 - beta1) / Math.Sqrt((1 - beta2) * (1 - quotient)) : largest / epsilon;
        return Math.Max(largest, 2 * bound) / (1 - beta1);
    }

    public void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate, Span<T> rests) => OptimizerSteps.Adam(
        values, gradients, mean.Span.Slice(start, values.Length), variance.Span.Slice(start, values.Length), new AdamFactors<T>
        {
            Rate = T.CreateTruncating(learningRate / _correction1),
            Beta1 = T.CreateTruncating(beta1),
            Beta2 = T.CreateTruncating(beta2),
            Rest1 = T.CreateTruncating(1 - beta1),
            Rest2 = T.CreateTruncating(1 - beta2),
            VarianceRoot = T.CreateTruncating(Math.Sqrt(_correction2)),
            Epsilon = T.CreateTruncating(epsilon),
        }, rests);
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// What <see cref="Adam{T}"/> and <see cref="AdamW{T}"/> share: everything but the weight decay. No other class derives from it.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class AdamOptimizer<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T> _mean, _variance;
    private readonly double _beta1, _beta2, _epsilon;
    private double _correction1, _correction2;

    private protected AdamOptimizer(
        ParameterCollection<T> parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay,
        IReadOnlyList<ParameterGroup<T>>? groups)
        : base(parameters, learningRate, weightDecay, groups)
    {
        _beta1 = Hyperparameter(nameof(beta1), Arguments.Decay<T>(beta1, nameof(beta1)));
        _beta2 = Hyperparameter(nameof(beta2), Arguments.Decay<T>(beta2, nameof(beta2)));
        _epsilon = Divisor(Hyperparameter(nameof(epsilon), Arguments.Epsilon<T>(epsilon, nameof(epsilon))), _beta2);
        _mean = Buffer("mean");
        _variance = Buffer("variance", areSquares: true);
    }

    /// <summary>
    /// Returns the bound of (15). Where v forgets no gradient before m does, it follows from the inequality of Cauchy and Schwarz for the
    /// sums m and v; otherwise ε is all that is left to divide by. The correction of the bias is at most 1/(1-β1), and the numerator is a
    /// mean of gradients.
    /// </summary>
    internal override double LargestStep(double largest)
    {
        double quotient = _beta1 * _beta1 / _beta2;
        double bound = quotient < 1 ? (1 - _beta1) / Math.Sqrt((1 - _beta2) * (1 - quotient)) : largest / _epsilon;
        return Math.Max(largest, 2 * bound) / (1 - _beta1);
    }

    /// <summary>Computes the corrections of the bias towards 0.</summary>
    private protected override void BeginStep() =>
        (_correction1, _correction2) = (1 - Math.Pow(_beta1, Steps), 1 - Math.Pow(_beta2, Steps));

    private protected override void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate)
    {
        Span<T> mean = _mean.Span.Slice(start, values.Length), variance = _variance.Span.Slice(start, values.Length);
        OptimizerSteps.Adam(values, gradients, mean, variance, new AdamFactors<T>
        {
            Rate = T.CreateTruncating(learningRate / _correction1),
            Beta1 = T.CreateTruncating(_beta1),
            Beta2 = T.CreateTruncating(_beta2),
            Rest1 = T.CreateTruncating(1 - _beta1),
            Rest2 = T.CreateTruncating(1 - _beta2),
            VarianceRoot = T.CreateTruncating(Math.Sqrt(_correction2)),
            Epsilon = T.CreateTruncating(_epsilon),
        }, Rests(start, values.Length, learningRate));
    }
}

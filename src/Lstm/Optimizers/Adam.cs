using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Adam: <c>m = β1 m + (1-β1) g</c>, <c>v = β2 v + (1-β2) g²</c>,
/// <c>w -= rate * (m / (1-β1^t)) / (sqrt(v / (1-β2^t)) + ε)</c> in step t = 1, 2, ...
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.</remarks>
public sealed class Adam<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _mean;
    private readonly T[] _variance;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private int _step;

    /// <summary>Adam on all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="beta1">β1 in [0, 1), the decay of the mean.</param>
    /// <param name="beta2">β2 in [0, 1), the decay of the variance.</param>
    /// <param name="epsilon">ε, greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adam(
        ParameterCollection<T> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(parameters, learningRate)
    {
        _beta1 = CheckDecay(beta1, nameof(beta1));
        _beta2 = CheckDecay(beta2, nameof(beta2));
        _epsilon = T.CreateTruncating(epsilon) > T.Zero && double.IsFinite(epsilon)
            ? epsilon
            : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"Expected a number that is greater than 0 as {typeof(T).Name}.");
        _mean = new T[parameters.Gradients.Length];
        _variance = new T[parameters.Gradients.Length];
    }

    private protected override void Update(Span<T> values, ReadOnlySpan<T> gradients)
    {
        _step++;
        double correction1 = 1 - Math.Pow(_beta1, _step), correction2 = 1 - Math.Pow(_beta2, _step);
        OptimizerSteps.Adam(values, gradients, _mean, _variance, new AdamFactors<T>
        {
            Rate = T.CreateTruncating(LearningRate / correction1),
            Beta1 = T.CreateTruncating(_beta1),
            Beta2 = T.CreateTruncating(_beta2),
            Rest1 = T.CreateTruncating(1 - _beta1),
            Rest2 = T.CreateTruncating(1 - _beta2),
            VarianceRoot = T.CreateTruncating(Math.Sqrt(correction2)),
            Epsilon = T.CreateTruncating(_epsilon),
        });
    }
}

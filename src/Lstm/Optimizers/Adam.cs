using System.Numerics;

namespace Lstm;

/// <summary>
/// Adam: <c>m = β1 m + (1-β1) g</c>, <c>v = β2 v + (1-β2) g²</c>,
/// <c>w -= rate * (m / (1-β1^t)) / (sqrt(v / (1-β2^t)) + ε)</c> in step t = 1, 2, ...
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.</remarks>
public sealed class Adam<T> : AdamOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates Adam for all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="beta1">β1 in [0, 1), the decay of the mean.</param>
    /// <param name="beta2">β2 in [0, 1), the decay of the variance.</param>
    /// <param name="epsilon">ε, greater than 0.</param>
    /// <param name="weightDecay">
    /// λ, 0 or more; λ w is added to the gradients of matrices, while <see cref="AdamW{T}"/> subtracts the decay from the weights.
    /// </param>
    /// <param name="groups">Parameters with their own learning rate or decay.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two groups choose the same one.</exception>
    public Adam(
        ParameterCollection<T> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0, IReadOnlyList<ParameterGroup<T>>? groups = null)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, groups)
    {
    }
}

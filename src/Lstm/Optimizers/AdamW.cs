using System.Numerics;

namespace Lstm;

/// <summary>
/// Adam with a weight decay λ that acts on the weights themselves: <c>w -= rate * λ * w</c> before the step of <see cref="Adam{T}"/>, so
/// that the decay is not divided by the root of the variance.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2.</remarks>
public sealed class AdamW<T> : AdamOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates AdamW for all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="beta1">β1 in [0, 1), the decay of the mean.</param>
    /// <param name="beta2">β2 in [0, 1), the decay of the variance.</param>
    /// <param name="epsilon">ε, greater than 0.</param>
    /// <param name="weightDecay">λ, 0 or more; rate * λ * w is subtracted from matrices.</param>
    /// <param name="groups">Parameters with their own learning rate or decay.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two groups choose the same one.</exception>
    public AdamW(
        ParameterCollection<T> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0.01, IReadOnlyList<ParameterGroup<T>>? groups = null)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, groups)
    {
    }

    internal override bool IsDecayDecoupled => true;
}

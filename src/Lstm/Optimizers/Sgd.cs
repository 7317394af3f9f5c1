using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Stochastic gradient descent, <c>w -= rate * v</c>, where the step v is the gradient g; with momentum m, <c>v = m * v + g</c>, at first
/// v = g; with Nesterov's momentum, <c>w -= rate * (g + m * v)</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), in PyTorch's form.</remarks>
public sealed class Sgd<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _velocity;
    private readonly T _momentum;
    private readonly bool _nesterov;

    /// <summary>Gradient descent on all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="momentum">m in [0, 1); 0 for none.</param>
    /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's momentum is asked for without a momentum.</exception>
    public Sgd(ParameterCollection<T> parameters, double learningRate, double momentum = 0, bool nesterov = false)
        : base(parameters, learningRate)
    {
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's momentum needs a momentum greater than 0.", nameof(nesterov));
        }

        _momentum = T.CreateTruncating(CheckDecay(momentum, nameof(momentum)));
        _nesterov = nesterov;
        _velocity = momentum > 0 ? new T[parameters.Gradients.Length] : [];
    }

    private protected override void Update(Span<T> values, ReadOnlySpan<T> gradients)
    {
        T rate = T.CreateTruncating(LearningRate);
        if (_velocity.Length == 0)
        {
            OptimizerSteps.Descend(values, gradients, rate);
        }
        else
        {
            OptimizerSteps.DescendWithMomentum(values, gradients, _velocity, rate, _momentum, _nesterov);
        }
    }
}

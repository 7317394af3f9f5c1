using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Stochastic gradient descent, <c>w -= rate * v</c>, where the step v is the gradient g; with momentum m, <c>v = m * v + g</c>, where v =
/// g in the first step; with Nesterov's momentum, <c>w -= rate * (g + m * v)</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Polyak (1964); Nesterov (1983); Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), in
/// PyTorch's form.
/// </remarks>
public sealed class Sgd<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T>? _velocity;
    private readonly T _momentum;
    private readonly bool _nesterov;

    /// <summary>Creates gradient descent for all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="momentum">m in [0, 1); 0 for none.</param>
    /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
    /// <param name="weightDecay">λ, 0 or more; λ w is added to the gradients of matrices.</param>
    /// <param name="groups">Parameters with their own learning rate or decay.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// Nesterov's momentum is requested without a momentum, a group chooses no parameter, or two groups choose the same one.
    /// </exception>
    public Sgd(
        ParameterCollection<T> parameters, double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0,
        IReadOnlyList<ParameterGroup<T>>? groups = null)
        : base(parameters, learningRate, weightDecay, groups)
    {
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's momentum needs a momentum greater than 0.", nameof(nesterov));
        }

        _momentum = T.CreateTruncating(Hyperparameter(nameof(momentum), Arguments.Decay<T>(momentum, nameof(momentum))));
        _nesterov = nesterov;
        Hyperparameter(nameof(nesterov), nesterov ? 1 : 0);
        _velocity = momentum > 0 ? Buffer("velocity") : null;
    }

    private protected override bool StepsAreOfTheRate => false;

    internal override double LargestStep(double largest) => 2 * largest / (1 - double.CreateTruncating(_momentum));

    private protected override void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate)
    {
        T rate = T.CreateTruncating(learningRate);
        Span<T> rests = Rests(start, values.Length, learningRate);
        if (_velocity is null)
        {
            OptimizerSteps.Descend(values, gradients, rate, rests);
        }
        else
        {
            Span<T> velocity = _velocity.Span.Slice(start, values.Length);
            OptimizerSteps.DescendWithMomentum(values, gradients, velocity, rate, _momentum, _nesterov, rests);
        }
    }
}

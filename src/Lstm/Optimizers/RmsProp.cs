using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// RMSprop: <c>s = ρ s + (1-ρ) g²</c>, <c>w -= rate * v</c> with <c>v = m v + g / (sqrt(s) + ε)</c>. The centred form has
/// <c>a = ρ a + (1-ρ) g</c>, and the variance <c>s - a²</c> under the root.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Tieleman and Hinton, "Lecture 6.5: RMSProp" (2012); for the centred form and momentum, Graves, "Generating Sequences With Recurrent
/// Neural Networks" (2013), equations 38 to 45, in PyTorch's form, where ε is outside the root.
/// </remarks>
public sealed class RmsProp<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T> _squares;
    private readonly AlignedBuffer<T>? _mean;
    private readonly AlignedBuffer<T>? _velocity;
    private readonly double _decay;
    private readonly double _epsilon;
    private readonly double _momentum;

    /// <summary>Creates RMSprop for all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="decay">ρ in [0, 1), the decay of the mean square; PyTorch's alpha.</param>
    /// <param name="epsilon">ε, greater than 0.</param>
    /// <param name="momentum">m in [0, 1); 0 for none.</param>
    /// <param name="centered">Whether gradients are divided by the root of their variance, not of their mean square.</param>
    /// <param name="weightDecay">λ, 0 or more; λ w is added to the gradients of matrices.</param>
    /// <param name="groups">Parameters with their own learning rate or decay.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two groups choose the same one.</exception>
    public RmsProp(
        ParameterCollection<T> parameters, double learningRate = 1e-2, double decay = 0.99, double epsilon = 1e-8, double momentum = 0,
        bool centered = false, double weightDecay = 0, IReadOnlyList<ParameterGroup<T>>? groups = null)
        : base(parameters, learningRate, weightDecay, groups)
    {
        _decay = Hyperparameter(nameof(decay), Arguments.Decay<T>(decay, nameof(decay)));
        _epsilon = Divisor(Hyperparameter(nameof(epsilon), Arguments.Epsilon<T>(epsilon, nameof(epsilon))), _decay);
        _momentum = Hyperparameter(nameof(momentum), Arguments.Decay<T>(momentum, nameof(momentum)));
        Hyperparameter(nameof(centered), centered ? 1 : 0);
        _squares = Buffer("squares", areSquares: true);
        _mean = centered ? Buffer("mean") : null;
        _velocity = momentum > 0 ? Buffer("velocity") : null;
    }

    /// <summary>
    /// Returns a bound. The mean s is at least (1-ρ) g², or ε is at least |g|. The variance of (10) can be 0: then ε alone is what the
    /// gradient is divided by.
    /// </summary>
    internal override double LargestStep(double largest) =>
        (largest + (_mean is null ? 2 / Math.Sqrt(1 - _decay) : largest / _epsilon)) / (1 - _momentum);

    private protected override void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate)
    {
        int length = values.Length;
        Span<T> squares = _squares.Span.Slice(start, length);
        Span<T> mean = _mean is null ? [] : _mean.Span.Slice(start, length),
            velocity = _velocity is null ? [] : _velocity.Span.Slice(start, length);
        RmsPropSteps.Descend(values, gradients, squares, mean, velocity, new RmsPropFactors<T>
        {
            Rate = T.CreateTruncating(learningRate),
            Decay = T.CreateTruncating(_decay),
            Rest = T.CreateTruncating(1 - _decay),
            Momentum = T.CreateTruncating(_momentum),
            Epsilon = T.CreateTruncating(_epsilon),
        }, Rests(start, length, learningRate));
    }
}

using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Adagrad: <c>s = s + g²</c>, <c>w -= rate * g / (sqrt(s) + ε)</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" (2011).</remarks>
public sealed class Adagrad<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T> _squares;
    private readonly T _epsilon;

    /// <summary>Creates Adagrad for all parameters of a model.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="learningRate">The factor of every step, 0 or more.</param>
    /// <param name="epsilon">ε, greater than 0.</param>
    /// <param name="weightDecay">λ, 0 or more; λ w is added to the gradients of matrices.</param>
    /// <param name="groups">Parameters with their own learning rate or decay.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two groups choose the same one.</exception>
    public Adagrad(
        ParameterCollection<T> parameters, double learningRate = 1e-2, double epsilon = 1e-10, double weightDecay = 0,
        IReadOnlyList<ParameterGroup<T>>? groups = null)
        : base(parameters, learningRate, weightDecay, groups)
    {
        _epsilon = T.CreateTruncating(Divisor(Hyperparameter(nameof(epsilon), Arguments.Epsilon<T>(epsilon, nameof(epsilon)))));
        _squares = Buffer("squares", areSquares: true);
    }

    /// <summary>Returns the bound of (7): the numerator is at most <paramref name="largest"/>, and the quotient at most 1.</summary>
    internal override double LargestStep(double largest) => largest;

    private protected override void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate)
    {
        Span<T> squares = _squares.Span.Slice(start, values.Length), rests = Rests(start, values.Length, learningRate);
        AdagradSteps.Descend(values, gradients, squares, T.CreateTruncating(learningRate), _epsilon, rests);
    }
}

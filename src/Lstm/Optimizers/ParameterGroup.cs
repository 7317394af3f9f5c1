using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm;

/// <summary>
/// A group of parameters that an optimiser treats differently from the rest: with another learning rate or another weight decay.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterGroup<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Creates the group of the parameters for which <paramref name="predicate"/> is true, as in <c>p => p.Name == "0.E"</c>.
    /// </summary>
    /// <param name="predicate">The function that chooses parameters, by name or shape.</param>
    /// <param name="name">The name of the group in error messages; default: the source text of the predicate.</param>
    public ParameterGroup(Func<Parameter<T>, bool> predicate, [CallerArgumentExpression(nameof(predicate))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ArgumentNullException.ThrowIfNull(name);
        Predicate = predicate;
        Name = name;
    }

    /// <summary>The name of the group in error messages.</summary>
    public string Name { get; }

    /// <summary>The factor by which the group multiplies the optimiser's learning rate; default: 1.</summary>
    /// <remarks>
    /// With a factor of 0 the weights stay as they are, but their gradients are computed, count in norms, and change the moments. To leave
    /// a parameter out of the training altogether, set <see cref="Parameter{T}.IsFrozen"/>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative or not finite, or is a positive number that becomes 0 or infinite as a <typeparamref name="T"/>.
    /// </exception>
    public double LearningRateFactor
    {
        get;
        init => field = Arguments.NonNegative<T>(value, nameof(value));
    } = 1;

    /// <summary>
    /// The weight decay of all parameters of the group, including vectors; default: null, for the optimiser's decay, which acts on matrices
    /// alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative or not finite, or is a positive number that becomes 0 or infinite as a <typeparamref name="T"/>.
    /// </exception>
    public double? WeightDecay
    {
        get;
        init => field = value is double decay ? Arguments.NonNegative<T>(decay, nameof(value)) : null;
    }

    internal Func<Parameter<T>, bool> Predicate { get; }
}

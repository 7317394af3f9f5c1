using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm;

/// <summary>Parameters that an optimiser treats differently from the rest: slower, faster, with another weight decay.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterGroup<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _learningRateFactor = 1;
    private readonly double? _weightDecay;

    /// <summary>The parameters of which <paramref name="predicate"/> is true, as in <c>p => p.Name == "0.E"</c>.</summary>
    /// <param name="predicate">Chooses by name or shape.</param>
    /// <param name="name">How errors call the group; the text of the predicate if not given.</param>
    public ParameterGroup(Func<Parameter<T>, bool> predicate, [CallerArgumentExpression(nameof(predicate))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ArgumentNullException.ThrowIfNull(name);
        Predicate = predicate;
        Name = name;
    }

    /// <summary>How errors call the group.</summary>
    public string Name { get; }

    /// <summary>The group's learning rate in parts of the optimiser's; default: 1.</summary>
    /// <remarks>
    /// With 0 the weights stay, but gradients are computed, count in norms, and change the moments: a parameter that is not trained at all
    /// has <see cref="Parameter{T}.IsFrozen"/>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative, or not finite or 0 as a <typeparamref name="T"/> without being 0.
    /// </exception>
    public double LearningRateFactor
    {
        get => _learningRateFactor;
        init => _learningRateFactor = Arguments.NonNegative<T>(value, nameof(value));
    }

    /// <summary>
    /// The weight decay of all parameters of the group, vectors as well; null, the default, for the optimiser's, which is for matrices alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative, or not finite or 0 as a <typeparamref name="T"/> without being 0.
    /// </exception>
    public double? WeightDecay
    {
        get => _weightDecay;
        init => _weightDecay = value is double decay ? Arguments.NonNegative<T>(decay, nameof(value)) : null;
    }

    internal Func<Parameter<T>, bool> Predicate { get; }
}

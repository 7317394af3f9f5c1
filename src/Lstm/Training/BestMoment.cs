using System.Numerics;

namespace Lstm;

/// <summary>The moment of the lowest loss, which is the part of <see cref="BestWeights{T}"/> that a checkpoint keeps.</summary>
internal sealed record BestMoment<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required double Loss { get; init; }

    public required double Reference { get; init; }

    public required int WorseRounds { get; init; }

    /// <summary>Whether the model was given these weights, and has not been trained since.</summary>
    public bool IsApplied { get; init; }

    /// <summary>The weights as they were validated; null before the first round.</summary>
    public T[]? Values { get; init; }

    /// <summary>The weights that the average was taken of; null without an average, and in files of version 0.1.0.</summary>
    public T[]? Weights { get; init; }

    /// <summary>The state of the optimiser; null in files of version 0.1.0.</summary>
    public NamedState<T>? Optimizer { get; init; }

    /// <summary>The state of the average; null without an average, and in files of version 0.1.0.</summary>
    public NamedState<T>? Average { get; init; }
}

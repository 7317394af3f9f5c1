using System.Numerics;

namespace Lstm;

/// <summary>The moment of the lowest loss: what a checkpoint keeps of <see cref="BestWeights{T}"/>.</summary>
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

    /// <summary>Those that the average was of; null without an average, and in files of version 0.1.0.</summary>
    public T[]? Weights { get; init; }

    /// <summary>Null in files of version 0.1.0.</summary>
    public NamedState<T>? Optimizer { get; init; }

    /// <summary>Null without an average, and in files of version 0.1.0.</summary>
    public NamedState<T>? Average { get; init; }
}

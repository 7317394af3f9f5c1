namespace Lstm.Numerics;

/// <summary>The factors of one step of RMSprop.</summary>
internal readonly struct RmsPropFactors<T>
    where T : unmanaged
{
    public required T Rate { get; init; }

    /// <summary>ρ.</summary>
    public required T Decay { get; init; }

    /// <summary>1-ρ, which would lose digits if it were computed in float.</summary>
    public required T Rest { get; init; }

    public required T Momentum { get; init; }

    public required T Epsilon { get; init; }
}

namespace Lstm.Numerics;

/// <summary>The factors of one step of Adam.</summary>
internal readonly struct AdamFactors<T>
    where T : unmanaged
{
    /// <summary>The learning rate divided by 1-β1^t.</summary>
    public required T Rate { get; init; }

    public required T Beta1 { get; init; }

    public required T Beta2 { get; init; }

    /// <summary>1-β1, which would lose digits if it were computed in float.</summary>
    public required T Rest1 { get; init; }

    /// <summary>1-β2.</summary>
    public required T Rest2 { get; init; }

    /// <summary>sqrt(1-β2^t).</summary>
    public required T VarianceRoot { get; init; }

    public required T Epsilon { get; init; }
}

namespace Lstm;

/// <summary>
/// What a trainer does about a loss or a gradient that is NaN or infinite, or a step that would make a weight or a moment so. The weights
/// are those of the update before in any case.
/// </summary>
public enum NonFiniteHandling
{
    /// <summary>Ends with a <see cref="NonFiniteException"/>.</summary>
    Stop,

    /// <summary>
    /// Drops the update, and resets the states if one of them is not finite; ends with a <see cref="NonFiniteException"/> where too many are dropped in turn
    /// (<see cref="TrainerOptions{T}.MaxSkipsInTurn"/>).
    /// </summary>
    SkipStep,
}

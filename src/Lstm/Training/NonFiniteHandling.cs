namespace Lstm;

/// <summary>
/// The reaction of a trainer to a loss or a gradient that is NaN or infinite, or to a step that would make a weight or a moment NaN or
/// infinite. The weights stay those of the previous update in any case.
/// </summary>
public enum NonFiniteHandling
{
    /// <summary>The trainer throws a <see cref="NonFiniteException"/>.</summary>
    Stop,

    /// <summary>
    /// The trainer drops the update, and resets the states if one of them is not finite. It throws a <see cref="NonFiniteException"/> where
    /// too many updates in a row are dropped (<see cref="TrainerOptions{T}.MaxSkipsInTurn"/>).
    /// </summary>
    SkipStep,
}

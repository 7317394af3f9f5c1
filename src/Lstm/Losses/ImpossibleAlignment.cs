namespace Lstm;

/// <summary>
/// The treatment of a target that needs more steps than its sequence has. A target needs one step for each label, and one for each blank
/// that must stand between equal neighbours.
/// </summary>
public enum ImpossibleAlignment
{
    /// <summary>An exception names the sequence.</summary>
    Throw,

    /// <summary>The loss is infinite, as it truly is; the gradient of that sequence is 0.</summary>
    Infinity,

    /// <summary>The sequence counts neither in the sum nor in the mean; its gradient is 0.</summary>
    Ignore,
}

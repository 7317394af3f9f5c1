namespace Lstm;

/// <summary>
/// What a target does that needs more steps than its sequence has: one for each label, and one for each blank that must stand between equal
/// neighbours.
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

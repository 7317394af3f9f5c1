namespace Lstm;

/// <summary>
/// Ends a training whose loss no longer falls, and restores the weights with the lowest loss. The loss is that of the validation, or that
/// of the training where there is no validation.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>
    /// The number of rounds in a row that may pass without a better loss, after which the training ends; default: 10. With
    /// <see cref="int.MaxValue"/>, the training keeps the best weights and never ends early.
    /// </summary>
    public int Patience { get; init; } = 10;

    /// <summary>
    /// The amount by which a loss must be below the last better one to count as better for <see cref="Patience"/>, 0 or more; default: 0.
    /// </summary>
    public double MinImprovement { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(EarlyStopping), PrintMembers);
}

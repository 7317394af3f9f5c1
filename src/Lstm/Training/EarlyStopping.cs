namespace Lstm;

/// <summary>
/// Ends a training whose loss no longer falls, and brings back the weights with which it was lowest. The loss is that of the validation, or of the training
/// where there is none.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>
    /// How many rounds in turn may pass without a better loss; the training ends after them. <see cref="int.MaxValue"/> to keep the best weights
    /// without ever ending early.
    /// </summary>
    public int Patience { get; init; } = 10;

    /// <summary>By how much a loss must be below the last one that was better, to be better for <see cref="Patience"/>, 0 or more.</summary>
    public double MinImprovement { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(EarlyStopping), PrintMembers);
}

namespace Lstm;

/// <summary>The loss of a batch.</summary>
/// <param name="Mean">The mean over the targets that count: what the gradient is of.</param>
/// <param name="Weight">
/// Their number, or the sum of their weights, with which the batch counts in the mean over many; 0 where no target counts.
/// </param>
public readonly record struct BatchLoss(double Mean, double Weight)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(BatchLoss), PrintMembers);
}

namespace Lstm;

/// <summary>The loss of a batch.</summary>
/// <param name="Mean">The mean over the targets that count, of which the gradient is computed.</param>
/// <param name="Weight">
/// The number of these targets, or the sum of their weights. It is the weight of the batch in the mean over many batches, and 0 where no
/// target counts.
/// </param>
public readonly record struct BatchLoss(double Mean, double Weight)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(BatchLoss), PrintMembers);
}

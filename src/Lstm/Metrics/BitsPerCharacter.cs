namespace Lstm;

/// <summary>The mean cross-entropy in bits, <c>loss / ln 2</c>, of targets that are characters.</summary>
public sealed class BitsPerCharacter() : LossMetric("bits per character")
{
    private const double Ln2 = 0.69314718055994530942;

    /// <inheritdoc/>
    protected override double FromLoss(double meanLoss) => meanLoss / Ln2;
}

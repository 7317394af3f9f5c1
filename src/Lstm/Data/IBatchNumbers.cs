namespace Lstm;

/// <summary>A batch that can tell from which place in the data a number comes.</summary>
internal interface IBatchNumbers
{
    /// <summary>Finds the first number that is NaN or infinite among those that count; null if all are finite.</summary>
    /// <param name="withTargets">Whether to look at the targets, too, after the inputs.</param>
    BatchNumber? FindNonFinite(bool withTargets);
}

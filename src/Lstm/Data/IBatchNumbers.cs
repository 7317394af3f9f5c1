namespace Lstm;

/// <summary>A batch that can tell from which place in the data a number comes.</summary>
internal interface IBatchNumbers
{
    /// <summary>Finds the first counted number that is NaN or infinite; null if all counted numbers are finite.</summary>
    /// <param name="withTargets">Whether to look at the targets, too, after the inputs.</param>
    BatchNumber? FindNonFinite(bool withTargets);
}

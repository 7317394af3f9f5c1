namespace Lstm;

/// <summary>A batch that can tell where in the data its numbers are from.</summary>
internal interface IBatchNumbers
{
    /// <summary>The first number of those that count that is NaN or infinite; null where all are finite.</summary>
    /// <param name="withTargets">Whether targets are looked at, too, after the inputs.</param>
    BatchNumber? FindNonFinite(bool withTargets);
}

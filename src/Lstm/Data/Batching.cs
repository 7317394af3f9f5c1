namespace Lstm;

internal static class Batching
{
    /// <exception cref="ArgumentException">There is no batch.</exception>
    public static int CountBatches(int items, int batch, bool dropLast, string what)
    {
        int full = items / batch;
        return dropLast && full == 0
            ? throw new ArgumentException($"Expected at least {batch} {what} for a full batch, but there are {items}.", nameof(batch))
            : full + (dropLast || items % batch == 0 ? 0 : 1);
    }
}

namespace Lstm;

internal static class VocabularyIds
{
    /// <exception cref="MalformedDataException">An id is out of range.</exception>
    public static void Check(ReadOnlySpan<int> ids, int count)
    {
        int outside = count == 0 ? (ids.IsEmpty ? -1 : 0) : ids.IndexOfAnyExceptInRange(0, count - 1);
        if (outside >= 0)
        {
            throw new MalformedDataException($"Expected ids in [0, {count}), but got {ids[outside]}.", nameof(ids), row: outside);
        }
    }
}

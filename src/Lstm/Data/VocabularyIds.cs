namespace Lstm;

internal static class VocabularyIds
{
    /// <summary>Returns what ids stand for: items by their places.</summary>
    /// <exception cref="MalformedDataException">An id is out of range.</exception>
    public static T[] Decode<T>(ReadOnlySpan<int> ids, T[] items)
    {
        T[] decoded = new T[ids.Length];
        for (int k = 0; k < ids.Length; k++)
        {
            decoded[k] = (uint)ids[k] < (uint)items.Length
                ? items[ids[k]]
                : throw new MalformedDataException($"Expected ids in [0, {items.Length}), but got {ids[k]}.", nameof(ids), row: k);
        }

        return decoded;
    }
}

namespace Lstm;

internal static class RowRange
{
    /// <summary>Returns the first row and the number of rows of a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within [0, rows].</exception>
    public static (int Start, int Count) Within(this Range range, int rows, string argument)
    {
        int start = range.Start.GetOffset(rows), end = range.End.GetOffset(rows);
        return start >= 0 && start <= end && end <= rows
            ? (start, end - start)
            : throw ArgumentOutOfRange.Error(argument, range, $"Expected a range of the {rows} rows.");
    }
}

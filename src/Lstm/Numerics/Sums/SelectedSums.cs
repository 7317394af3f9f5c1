using System.Numerics;

namespace Lstm.Numerics;

/// <summary>Sums selected rows: finds the rows of each sum first, then adds them as <see cref="RowSums"/> does.</summary>
internal sealed class SelectedSums(int sums, int mostRows)
{
    private int[] _first = [];   // [sums] 1 + the first row of a sum that is still to be added, or 0
    private int[] _next = [];    // [rows] 1 + the next row of the same sum, or 0
    private int[] _order = [];   // [rows] the rows of one sum

    /// <summary>Effectively computes <c>sums[selected[k], j] += rows[k, j]</c> for every <c>k</c>.</summary>
    public void Add<T>(ReadOnlySpan<T> rows, ReadOnlySpan<int> selected, int columns, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Allocate();
        for (int k = selected.Length - 1; k >= 0; k--)
        {
            ref int first = ref _first[selected[k]];
            (_next[k], first) = (first, k + 1);
        }

        foreach (int sum in selected)
        {
            RowSums.AddTo(rows, TakeRows(sum), sums.Slice(sum * columns, columns));
        }
    }

    /// <summary>Returns the rows of a sum in order; a second call returns none.</summary>
    private ReadOnlySpan<int> TakeRows(int sum)
    {
        int count = 0;
        for (int next = _first[sum]; next > 0; next = _next[next - 1])
        {
            _order[count++] = next - 1;
        }

        _first[sum] = 0;
        return _order.AsSpan(0, count);
    }

    private void Allocate()
    {
        if (_first.Length == 0)
        {
            (_first, _next, _order) = (new int[sums], new int[mostRows], new int[mostRows]);
        }
    }
}

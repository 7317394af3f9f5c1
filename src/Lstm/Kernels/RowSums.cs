using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.Kernels;

/// <summary>Sums of rows, always in the order of the rows.</summary>
internal static class RowSums
{
    /// <summary>Effectively computes <c>sum[j] += rows[0, j] + rows[1, j] + ...</c> for <c>j</c> in [firstColumn, firstColumn + sum.Length).</summary>
    public static void AddTo<T>(ReadOnlySpan<T> rows, int columns, int firstColumn, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = firstColumn; start < rows.Length; start += columns)
        {
            TensorPrimitives.Add(sum, rows.Slice(start, sum.Length), sum);
        }
    }

    /// <summary>Effectively computes <c>rows[k, j] += row[j]</c> for every <c>k</c>.</summary>
    public static void AddToEach<T>(ReadOnlySpan<T> row, Span<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0; start < rows.Length; start += row.Length)
        {
            Span<T> sum = rows.Slice(start, row.Length);
            TensorPrimitives.Add(sum, row, sum);
        }
    }

    /// <summary>Effectively computes <c>sums[selected[k], j] += rows[k, j]</c> for every <c>k</c> in order.</summary>
    public static void AddToSelected<T>(ReadOnlySpan<T> rows, ReadOnlySpan<int> selected, int columns, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < selected.Length; k++)
        {
            Span<T> sum = sums.Slice(selected[k] * columns, columns);
            TensorPrimitives.Add(sum, rows.Slice(k * columns, columns), sum);
        }
    }
}

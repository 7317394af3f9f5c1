using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>A view of a matrix in memory that it does not own, with any strides, so a transpose costs nothing.</summary>
internal readonly ref struct Matrix<T>
    where T : unmanaged
{
    private readonly Span<T> _data;

    private Matrix(Span<T> data, int rows, int columns, int rowStride, int columnStride)
    {
        _data = data;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>Creates a view of a row-major matrix; <paramref name="data"/> holds exactly rows * columns numbers.</summary>
    public Matrix(ReadOnlySpan<T> data, int rows, int columns)
        : this(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref Unsafe.AsRef(in data.GetPinnableReference()), data.Length),
            rows, columns, columns, 1) =>
        ArgumentOutOfRange.ThrowIfNotEqual(data.Length, rows * columns);

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public int ColumnStride { get; }

    /// <summary>All numbers in the order of the memory.</summary>
    public ReadOnlySpan<T> Data => _data;

    public Matrix<T> Transposed => new(_data, Columns, Rows, ColumnStride, RowStride);

    /// <summary>Returns the rows [first, first + count).</summary>
    public Matrix<T> RowRange(int first, int count) => new(_data[(first * RowStride)..], count, Columns, RowStride, ColumnStride);

    /// <summary>Returns one row of a matrix whose rows are contiguous.</summary>
    public Span<T> Row(int row) => _data.Slice(row * RowStride, Columns);

    /// <summary>Returns the columns [first, first + count).</summary>
    public Matrix<T> ColumnRange(int first, int count) => Transposed.RowRange(first, count).Transposed;

    public ref T GetPinnableReference() => ref _data.GetPinnableReference();
}

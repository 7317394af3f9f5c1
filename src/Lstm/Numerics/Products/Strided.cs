namespace Lstm.Numerics;

/// <summary>The place of a matrix in memory: its first element, and the distances between neighbours down and across.</summary>
internal readonly unsafe struct Strided<T>(T* data, nint rowStride, nint columnStride)
    where T : unmanaged
{
    public Strided(T* data, Matrix<T> matrix)
        : this(data, matrix.RowStride, matrix.ColumnStride)
    {
    }

    public T* Data { get; } = data;

    public nint RowStride { get; } = rowStride;

    public nint ColumnStride { get; } = columnStride;

    public Strided<T> At(int row, int column) => new(Data + row * RowStride + column * ColumnStride, RowStride, ColumnStride);
}

namespace Lstm.Numerics;

/// <summary>The task of computing one tile: C[rows, 2 lanes] = or += A[rows, depth] times a packed panel [depth, 2 lanes].</summary>
internal unsafe struct TileTask<T>
    where T : unmanaged
{
    public int Depth;
    public T* A;
    public nint RowStride;
    public nint ColumnStride;
    public T* Panel;

    /// <summary>
    /// The share of the next panel that this tile prefetches on its way, <see cref="AheadStep"/> numbers further for each step in depth.
    /// </summary>
    public T* Ahead;
    public int AheadStep;
    public T* C;
    public nint Stride;
    public bool Accumulate;
}

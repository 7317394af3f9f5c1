namespace Lstm.Numerics;

/// <summary>One tile: C[rows, 2 lanes] = or += A[rows, depth] times a packed panel [depth, 2 lanes].</summary>
internal unsafe struct TileTask<T>
    where T : unmanaged
{
    public int Depth;
    public T* A;
    public nint RowStride;
    public nint ColumnStride;
    public T* Panel;

    /// <summary>This tile's share of the next panel, which it fetches on the way, <see cref="AheadStep"/> numbers for each step in depth.</summary>
    public T* Ahead;
    public int AheadStep;
    public T* C;
    public nint Stride;
    public bool Accumulate;
}

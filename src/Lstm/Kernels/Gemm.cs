using System.Numerics;

namespace Lstm.Kernels;

/// <summary>
/// C = A B or C += A B, with the loops of Van Zee and van de Geijn, "BLIS" (2015), numbered as there from the outside: loop 4 over blocks
/// of the depth, loop 3 over blocks of rows, loop 2 over panels of columns, loop 1 over tiles of rows, and the micro-kernel over the depth
/// of one block. Every element of C is summed by one thread in the order of the depth, however the rows are split.
/// </summary>
internal sealed unsafe class Gemm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>MR: with two registers a row, 12 sums and 3 operands fit in 16 registers.</summary>
    private const int TileRows = 6;

    /// <summary>MC: a packed block of A, 192 x 256 numbers, stays in the second-level cache.</summary>
    private const int BlockRows = 32 * TileRows;

    /// <summary>Below this many multiplications per thread, starting threads costs more than they bring.</summary>
    private const long MinimumWorkPerThread = 1 << 16;

    private readonly WorkerTeam _team;
    private readonly int _threads;
    private readonly PackedMatrix<T> _packedB = new();
    private readonly AlignedBuffer<T>?[] _packedA;
    private readonly Action<int> _packSlice;
    private readonly Action<int> _multiplySlice;
    private Job _job;

    public Gemm(WorkerTeam team, int threads)
    {
        _team = team;
        _threads = threads;
        _packedA = new AlignedBuffer<T>?[threads];
        _packSlice = PackSlice;
        _multiplySlice = MultiplySlice;
    }

    /// <summary>C = A B, or C += A B.</summary>
    public void Multiply(Matrix<T> a, Matrix<T> b, Matrix<T> c, bool accumulate)
    {
        Pack(b, _packedB);
        Multiply(a, _packedB, c, accumulate);
    }

    /// <summary>Brings B into the order of the micro-kernel.</summary>
    public void Pack(Matrix<T> b, PackedMatrix<T> packed)
    {
        packed.Resize(b.Rows, b.Columns);
        fixed (T* origin = b)
        {
            _job = new Job { Source = origin, RowStride = b.RowStride, ColumnStride = b.ColumnStride, Packed = packed };
            _job.Slices = Slices(packed.Panels, (long)b.Rows * b.Columns);
            _team.Run(_job.Slices, _packSlice);
            _job = default;
        }
    }

    /// <summary>C = A B, or C += A B, with B packed before.</summary>
    public void Multiply(Matrix<T> a, PackedMatrix<T> b, Matrix<T> c, bool accumulate)
    {
        CheckShapes(a, b, c);
        fixed (T* originA = a, originC = c)
        {
            _job = new Job
            {
                Source = originA,
                RowStride = a.RowStride,
                ColumnStride = a.ColumnStride,
                Packed = b,
                Destination = originC,
                DestinationStride = c.RowStride,
                Rows = a.Rows,
                Accumulate = accumulate,
            };
            _job.Slices = Slices((a.Rows + TileRows - 1) / TileRows, (long)a.Rows * a.Columns * c.Columns);
            _team.Run(_job.Slices, _multiplySlice);
            _job = default;
        }
    }

    /// <summary>The same on the calling thread alone: a worker's own rows within the time loop.</summary>
    public static void MultiplyRows(Matrix<T> a, PackedMatrix<T> b, Matrix<T> c, bool accumulate)
    {
        CheckShapes(a, b, c);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.ColumnStride, 1);
        fixed (T* originA = a, originC = c)
        {
            for (int firstRow = 0; firstRow < b.Rows; firstRow += PackedMatrix<T>.BlockDepth)
            {
                Block(originA + firstRow, a.RowStride, 1, b, firstRow, originC, c.RowStride, a.Rows, accumulate || firstRow > 0);
            }
        }
    }

    private static void CheckShapes(Matrix<T> a, PackedMatrix<T> b, Matrix<T> c)
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns || c.ColumnStride != 1)
        {
            throw new ArgumentException(
                $"A[{a.Rows},{a.Columns}] times B[{b.Rows},{b.Columns}] does not give a row-major C[{c.Rows},{c.Columns}].");
        }
    }

    private int Slices(int units, long work) =>
        (int)Math.Clamp(Math.Min(units, work / MinimumWorkPerThread), 1, _threads);

    private void PackSlice(int slice)
    {
        (int first, int end) = WorkerTeam.Slice(_job.Packed!.Panels, slice, _job.Slices);
        _job.Packed.Pack(_job.Source, _job.RowStride, _job.ColumnStride, first, end);
    }

    private void MultiplySlice(int slice)
    {
        ref readonly Job job = ref _job;
        PackedMatrix<T> b = job.Packed!;
        (int start, int end) = WorkerTeam.Slice(job.Rows, slice, job.Slices);
        for (int firstRow = 0; firstRow < b.Rows; firstRow += PackedMatrix<T>.BlockDepth)                    // loop 4
        {
            int depth = Math.Min(PackedMatrix<T>.BlockDepth, b.Rows - firstRow);
            for (int row = start; row < end; row += BlockRows)                                               // loop 3
            {
                int rows = Math.Min(BlockRows, end - row);
                T* a = job.Source + row * job.RowStride + firstRow * job.ColumnStride;
                T* c = job.Destination + row * job.DestinationStride;
                bool accumulate = job.Accumulate || firstRow > 0;
                if (job.ColumnStride == 1)
                {
                    Block(a, job.RowStride, 1, b, firstRow, c, job.DestinationStride, rows, accumulate);
                }
                else
                {
                    AlignedBuffer<T> packed = _packedA[slice] ??= new AlignedBuffer<T>(BlockRows * PackedMatrix<T>.BlockDepth);
                    PackRows(a, job.RowStride, job.ColumnStride, rows, depth, packed.Pointer);
                    Block(packed.Pointer, 1, rows, b, firstRow, c, job.DestinationStride, rows, accumulate);
                }
            }
        }
    }

    /// <summary>A block of A as [depth][rows].</summary>
    private static void PackRows(T* source, nint rowStride, nint columnStride, int rows, int depth, T* destination)
    {
        for (int k = 0; k < depth; k++, source += columnStride, destination += rows)
        {
            if (rowStride == 1)
            {
                new ReadOnlySpan<T>(source, rows).CopyTo(new Span<T>(destination, rows));
            }
            else
            {
                for (int i = 0; i < rows; i++)
                {
                    destination[i] = source[i * rowStride];
                }
            }
        }
    }

    /// <summary>Rows of A times one block of B's rows.</summary>
    private static void Block(
        T* a, nint rowStride, nint columnStride, PackedMatrix<T> b, int firstRow, T* c, nint stride, int rows, bool accumulate)
    {
        int depth = Math.Min(PackedMatrix<T>.BlockDepth, b.Rows - firstRow);
        int width = PackedMatrix<T>.PanelWidth;
        T* edge = stackalloc T[TileRows * width];
        for (int panel = 0; panel < b.Panels; panel++)                                                        // loop 2
        {
            T* packed = b.Panel(firstRow, panel);
            int columns = Math.Min(width, b.Columns - panel * width);
            for (int tile = 0, tiles = (rows + TileRows - 1) / TileRows; tile < tiles; tile++)                // loop 1
            {
                (int start, int end) = WorkerTeam.Slice(rows, tile, tiles);
                T* origin = a + start * rowStride;
                T* target = c + start * stride + panel * width;
                if (columns == width)
                {
                    Tile(end - start, depth, origin, rowStride, columnStride, packed, target, stride, accumulate);
                }
                else
                {
                    Tile(end - start, depth, origin, rowStride, columnStride, packed, edge, width, accumulate: false);
                    StoreEdge(edge, width, target, stride, end - start, columns, accumulate);
                }
            }
        }
    }

    private static void StoreEdge(T* edge, int width, T* target, nint stride, int rows, int columns, bool accumulate)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                T sum = edge[i * width + j];
                target[i * stride + j] = accumulate ? target[i * stride + j] + sum : sum;
            }
        }
    }

    private static void Tile(
        int rows, int depth, T* a, nint rowStride, nint columnStride, T* panel, T* c, nint stride, bool accumulate)
    {
        switch (rows)
        {
            case 1: MicroKernel<VectorLane<T>, T, Rows1>.Run(depth, a, rowStride, columnStride, panel, c, stride, accumulate); break;
            case 2: MicroKernel<VectorLane<T>, T, Rows2>.Run(depth, a, rowStride, columnStride, panel, c, stride, accumulate); break;
            case 3: MicroKernel<VectorLane<T>, T, Rows3>.Run(depth, a, rowStride, columnStride, panel, c, stride, accumulate); break;
            case 4: MicroKernel<VectorLane<T>, T, Rows4>.Run(depth, a, rowStride, columnStride, panel, c, stride, accumulate); break;
            case 5: MicroKernel<VectorLane<T>, T, Rows5>.Run(depth, a, rowStride, columnStride, panel, c, stride, accumulate); break;
            default: MicroKernel<VectorLane<T>, T, Rows6>.Run(depth, a, rowStride, columnStride, panel, c, stride, accumulate); break;
        }
    }

    private struct Job
    {
        public T* Source;
        public nint RowStride;
        public nint ColumnStride;
        public PackedMatrix<T>? Packed;
        public T* Destination;
        public nint DestinationStride;
        public int Rows;
        public bool Accumulate;
        public int Slices;
    }
}

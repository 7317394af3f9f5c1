using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Computes C = A B or C += A B with B packed, in the loops of Van Zee and van de Geijn, "BLIS" (2015). This class has loop 4 over blocks
/// of rows and loop 3 over blocks of the depth, so that a block of A stays in the second-level cache; <see cref="GemmBlock{T}"/> has the
/// inner loops. One thread sums each element of C in the order of the depth, however the rows are split.
/// </summary>
internal sealed unsafe class Gemm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Rows whose distance is a multiple of this number of bytes fall into one set of the first-level cache: such a block of A is copied.
    /// </summary>
    private const int AliasingStride = 4096;

    /// <summary>How many copies ahead memory is prefetched: each copy comes from other pages, which the chip does not foresee.</summary>
    private const int CopiesAhead = 16;

    private static readonly int s_lineLength = Simd.CacheLine / sizeof(T);

    /// <summary>The fewest multiplications for which starting a thread pays.</summary>
    private const long MinimumWorkPerThread = 1 << 16;

    /// <summary>KC of loop 3. Every sum is formed in parts of this depth, one after another.</summary>
    private static readonly int s_blockDepth = Blocking.DepthBytes / sizeof(T);

    private readonly WorkerTeam _team;
    private readonly int _threads;
    private readonly int _blockRows;                        // MC of loop 4
    private readonly PackedMatrix<T> _packed = new();
    private readonly PackedMatrix<T> _otherPacked = new();
    private readonly AlignedBuffer<T>?[] _scratch;
    private readonly Action<int> _packSlice;
    private readonly Action<int> _multiplySlice;
    private Job _job;

    /// <param name="team">The team whose threads compute.</param>
    /// <param name="threads">The largest number of threads.</param>
    /// <param name="blockRows">MC; default: null, for <see cref="Blocking.RowsOfChip"/>. It does not change results.</param>
    public Gemm(WorkerTeam team, int threads, int? blockRows = null)
    {
        _team = team;
        _threads = threads;
        _blockRows = blockRows ?? Blocking.RowsOfChip;
        _scratch = new AlignedBuffer<T>?[threads];
        _packSlice = PackSlice;
        _multiplySlice = MultiplySlice;
    }

    /// <summary>Computes C = A B, or C += A B.</summary>
    public void Multiply(Matrix<T> a, Matrix<T> b, Matrix<T> c, bool accumulate)
    {
        Pack(b, _packed);
        Multiply(a, _packed, c, accumulate);
    }

    /// <summary>Computes C = A B, or C += A B, with B already packed.</summary>
    public void Multiply(Matrix<T> a, PackedMatrix<T> b, Matrix<T> c, bool accumulate)
    {
        CheckShapes(a, b, c);
        fixed (T* originA = a, originC = c)
        {
            _job = new Job { A = new(originA, a), B = b, C = new(originC, c), Rows = a.Rows, Accumulate = accumulate };
            RunJob((long)a.Columns * c.Columns);
        }
    }

    /// <summary>Computes C1 += A B1 and C2 += A B2, and reads A only once.</summary>
    public void AddProducts(Matrix<T> a, Matrix<T> b1, Matrix<T> c1, Matrix<T> b2, Matrix<T> c2)
    {
        Pack(b1, _packed);
        Pack(b2, _otherPacked);
        CheckShapes(a, _packed, c1);
        CheckShapes(a, _otherPacked, c2);
        fixed (T* originA = a, originC = c1, otherC = c2)
        {
            _job = new Job { A = new(originA, a), B = _packed, C = new(originC, c1), Rows = a.Rows, Accumulate = true };
            (_job.OtherB, _job.OtherC) = (_otherPacked, new(otherC, c2));
            RunJob((long)a.Columns * (c1.Columns + c2.Columns));
        }
    }

    /// <summary>Packs B in the order in which the micro-kernel reads it.</summary>
    public void Pack(Matrix<T> b, PackedMatrix<T> packed)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Packing);
        packed.Resize(b.Rows, b.Columns);
        fixed (T* origin = b)
        {
            _job = new Job { A = new(origin, b), B = packed, Slices = Slices(packed.Panels, (long)b.Rows * b.Columns) };
            _team.Run(_job.Slices, _packSlice);
            _job = default;
        }
    }

    /// <summary>
    /// Computes C = A B, or C += A B, on the calling thread alone, with the scratch memory of a slice: a worker's own rows within the time
    /// loop.
    /// </summary>
    public void MultiplyRows(int slice, Matrix<T> a, PackedMatrix<T> b, Matrix<T> c, bool accumulate)
    {
        CheckShapes(a, b, c);
        fixed (T* originA = a, originC = c)
        {
            Job job = new() { A = new(originA, a), B = b, C = new(originC, c), Accumulate = accumulate };
            MultiplyRows(job, 0, a.Rows, slice);
        }
    }

    private static void CheckShapes(Matrix<T> a, PackedMatrix<T> b, Matrix<T> c)
    {
        bool fits = a.Columns == b.Rows && c.Rows == a.Rows && c.Columns == b.Columns;
        if (!fits || c.ColumnStride != 1 || (a.ColumnStride != 1 && a.RowStride != 1))
        {
            throw new ArgumentException(
                $"A[{a.Rows},{a.Columns}] times B[{b.Rows},{b.Columns}] does not give a row-major C[{c.Rows},{c.Columns}].");
        }
    }

    private void RunJob(long workPerRow)
    {
        _job.Slices = Slices(RowTiles<T>.CountOf(_job.Rows), _job.Rows * workPerRow);
        _team.Run(_job.Slices, _multiplySlice);
        _job = default;
    }

    private int Slices(int units, long work) => (int)Math.Clamp(Math.Min(units, work / MinimumWorkPerThread), 1, _threads);

    private void PackSlice(int slice)
    {
        (int first, int end) = WorkerTeam.Slice(_job.B.Panels, slice, _job.Slices);
        _job.B.Pack(_job.A, first, end);
    }

    private void MultiplySlice(int slice)
    {
        (int start, int end) = WorkerTeam.Slice(_job.Rows, slice, _job.Slices);
        MultiplyRows(_job, start, end, slice);
    }

    private void MultiplyRows(in Job job, int start, int end, int slice)
    {
        for (int row = start; row < end; row += _blockRows)                                                   // loop 4
        {
            int rows = Math.Min(_blockRows, end - row);
            for (int k = 0; k < job.B.Rows; k += s_blockDepth)                                                // loop 3
            {
                int depth = Math.Min(s_blockDepth, job.B.Rows - k);
                RowTiles<T> a = Near(job.A.At(row, k), rows, depth, slice);
                GemmBlock<T>.Run(a, job.B, k, job.C.At(row, 0), job.Accumulate || k > 0);
                if (job.OtherB != null)
                {
                    GemmBlock<T>.Run(a, job.OtherB, k, job.OtherC.At(row, 0), accumulate: true);
                }
            }
        }
    }

    /// <summary>Returns a block of A where it lies, or a copy of it if the distance of its rows or columns does not suit the cache.</summary>
    private RowTiles<T> Near(Strided<T> a, int rows, int depth, int slice) =>
        a.ColumnStride != 1 ? CopyColumns(a, rows, depth, slice)
        : a.RowStride * sizeof(T) % AliasingStride == 0 ? CopyRows(a, rows, depth, slice)
        : new(a, rows, depth);

    private RowTiles<T> CopyRows(Strided<T> a, int rows, int depth, int slice)
    {
        int stride = depth + s_lineLength;                      // a line more, so that the rows share no sets
        T* copy = Scratch(slice, rows * stride);
        for (int i = 0; i < rows; i++)
        {
            T* source = a.Data + i * a.RowStride;
            Simd.Prefetch(source + CopiesAhead * a.RowStride, depth);
            new ReadOnlySpan<T>(source, depth).CopyTo(new Span<T>(copy + i * stride, depth));
        }

        return new(new(copy, stride, 1), rows, depth);
    }

    /// <summary>
    /// Copies a transposed block tile by tile, each [depth][<see cref="RowTiles{T}.Height"/>], so that the kernel reads on and on: a column
    /// of the block is contiguous, but the next one lies far away, mostly in another page.
    /// </summary>
    private RowTiles<T> CopyColumns(Strided<T> a, int rows, int depth, int slice)
    {
        int height = RowTiles<T>.Height, tileStride = depth * height + s_lineLength;     // a line more, as above
        int count = RowTiles<T>.CountOf(rows);
        T* copy = Scratch(slice, count * tileStride);
        RowTiles<T> tiles = new(new(copy, 1, height), rows, depth, tileStride);
        int* starts = stackalloc int[count];
        for (int tile = 1; tile < count; tile++)
        {
            starts[tile] = tiles.End(tile - 1, starts[tile - 1]);
        }

        int last = rows - starts[count - 1];
        for (int k = 0; k < depth; k++)
        {
            T* source = a.Data + k * a.ColumnStride, target = copy + k * height;
            Simd.Prefetch(source + CopiesAhead * a.ColumnStride, rows);
            for (int tile = 0; tile < count - 1; tile++, target += tileStride)
            {
                // A tile of fewer rows is followed by one, whose rows do no harm.
                Unsafe.CopyBlockUnaligned(target, source + starts[tile], (uint)(height * sizeof(T)));
            }

            new ReadOnlySpan<T>(source + starts[count - 1], last).CopyTo(new Span<T>(target, height));
        }

        return tiles;
    }

    private T* Scratch(int slice, int length)
    {
        AlignedBuffer<T>? buffer = _scratch[slice];
        if (buffer is null || buffer.Length < length)
        {
            _scratch[slice] = buffer = new AlignedBuffer<T>(length);
        }

        return buffer.Pointer;
    }

    private struct Job
    {
        public Strided<T> A, C, OtherC;
        public PackedMatrix<T> B;
        public PackedMatrix<T>? OtherB;
        public int Rows, Slices;
        public bool Accumulate;
    }
}

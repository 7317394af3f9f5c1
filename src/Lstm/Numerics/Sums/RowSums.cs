using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Sums rows, always in their order. <see cref="Part"/> rows are summed by themselves, then as many of these sums, and so on: the error of
/// a plain sum grows with the square root of the number of its terms, that of nested sums with the logarithm of it.
/// </summary>
internal static unsafe class RowSums
{
    /// <summary>The number of terms in a part: small, as the error grows within it, but so large that sums of parts cost nothing.</summary>
    public const int Part = 16;

    /// <summary>The number of columns that are summed at once: the sums of their parts stay in the first-level cache.</summary>
    private const int Block = 512;

    /// <summary>The number of levels of sums: a part of the last level is 4096 rows.</summary>
    private const int Levels = 4;

    /// <summary>Effectively computes <c>sum[j] += rows[0, firstColumn + j] + rows[1, firstColumn + j] + ...</c>.</summary>
    public static void AddTo<T>(ReadOnlySpan<T> rows, int columns, int firstColumn, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* source = rows)
        {
            AddTo<T, Off>(new() { Rows = source + firstColumn, Columns = columns }, rows.Length / columns, sum);
        }
    }

    /// <summary>Effectively computes <c>sum[j] += rows[order[0], j] + rows[order[1], j] + ...</c>.</summary>
    public static void AddTo<T>(ReadOnlySpan<T> rows, ReadOnlySpan<int> order, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* source = rows)
        fixed (int* selected = order)
        {
            AddTo<T, On>(new() { Rows = source, Order = selected, Columns = sum.Length }, order.Length, sum);
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

    /// <summary>Effectively computes <c>sum += part; part = 0</c>.</summary>
    public static void Fold<T>(Span<T> part, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Add(sum, part, sum);
        part.Clear();
    }

    private static void AddTo<T, TSelects>(in Operands<T> source, int count, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSelects : ISwitch
    {
        if (count <= Part)
        {
            AddPart<T, TSelects>(source, 0, count, sum);
            return;
        }

        Span<T> sums = stackalloc T[Levels * Block];
        for (int column = 0; column < sum.Length; column += Block)
        {
            int width = Math.Min(Block, sum.Length - column);
            Operands<T> block = source with { Rows = source.Rows + column };
            sums.Clear();
            for (int first = 0; first < count; first += Part)
            {
                AddPart<T, TSelects>(block, first, Math.Min(count, first + Part), sums[..width]);
                for (int level = 1, part = Part; level < Levels && (first + Part) % part == 0; level++, part *= Part)
                {
                    Fold(sums.Slice((level - 1) * Block, width), sums.Slice(level * Block, width));
                }
            }

            for (int level = 0; level < Levels; level++)
            {
                Span<T> above = level < Levels - 1 ? sums.Slice((level + 1) * Block, width) : sum.Slice(column, width);
                Fold(sums.Slice(level * Block, width), above);
            }
        }
    }

    /// <summary>Adds the rows [first, end), four of them in each pass over the sum.</summary>
    private static void AddPart<T, TSelects>(Operands<T> source, int first, int end, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSelects : ISwitch
    {
        fixed (T* destination = sum)
        {
            source.Sum = destination;
            for (; first <= end - 4; first += 4)
            {
                source.First = first;
                LaneLoop<T>.Run<FourRows<T, TSelects>, Operands<T>>(source, sum.Length);
            }

            for (; first < end; first++)
            {
                source.First = first;
                LaneLoop<T>.Run<OneRow<T, TSelects>, Operands<T>>(source, sum.Length);
            }
        }
    }

    private struct Operands<T>
        where T : unmanaged
    {
        public T* Rows, Sum;
        public int* Order;
        public int Columns, First;

        /// <summary>Returns the row that comes <paramref name="after"/> rows after the first.</summary>
        public readonly T* Row<TSelects>(int after)
            where TSelects : ISwitch => Rows + (TSelects.IsOn ? Order[First + after] : (nint)(First + after)) * Columns;
    }

    private readonly struct FourRows<T, TSelects> : ILaneKernel<Operands<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSelects : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Operands<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            T* sum = at.Sum, a = at.Row<TSelects>(0), b = at.Row<TSelects>(1), c = at.Row<TSelects>(2), d = at.Row<TSelects>(3);
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                (TLane.Load(sum + u) + ((TLane.Load(a + u) + TLane.Load(b + u)) + (TLane.Load(c + u) + TLane.Load(d + u)))).Store(sum + u);
            }

            return u;
        }
    }

    private readonly struct OneRow<T, TSelects> : ILaneKernel<Operands<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSelects : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Operands<T> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            T* sum = at.Sum, row = at.Row<TSelects>(0);
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                (TLane.Load(sum + u) + TLane.Load(row + u)).Store(sum + u);
            }

            return u;
        }
    }
}

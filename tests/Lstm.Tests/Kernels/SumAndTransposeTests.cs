using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>Sums of rows and transposes against their definitions, for odd shapes, with guards around what is written.</summary>
public sealed class SumAndTransposeTests
{
    public static TheoryData<int, int> Shapes()
    {
        TheoryData<int, int> shapes = new() { { 0, 5 }, { 1, 257 }, { 257, 1 }, { 64, 129 }, { 5000, 3 }, { 70, 1300 } };
        for (int size = 1; size <= 50; size++)
        {
            shapes.Add(size, 11 * size % 53 + 1);
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void In_single_precision(int rows, int columns) => CheckAll<float>(rows, columns);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void In_double_precision(int rows, int columns) => CheckAll<double>(rows, columns);

    [Fact]
    public void The_error_of_a_sum_of_many_rows_is_that_of_few()
    {
        const int rows = 20_000, columns = 20;
        float[] source = Array.ConvertAll(Numbers.Random(rows * columns), value => (float)value);
        float[] sum = new float[columns], selected = new float[2 * columns];
        RowSums.AddTo<float>(source, columns, 0, sum);
        new SelectedSums(sums: 2, rows).Add<float>(source, [.. Enumerable.Range(0, rows).Select(k => k % 2)], columns, selected);

        for (int j = 0; j < columns; j++)
        {
            double even = Enumerable.Range(0, rows / 2).Sum(k => (double)source[2 * k * columns + j]);
            double odd = Enumerable.Range(0, rows / 2).Sum(k => (double)source[(2 * k + 1) * columns + j]);
            ((double)sum[j]).Should().BeApproximately(even + odd, 4e-5, "sums reach about {0}", Math.Sqrt(rows));
            ((double)selected[j]).Should().BeApproximately(even, 3e-5);
            ((double)selected[columns + j]).Should().BeApproximately(odd, 3e-5);
        }
    }

    /// <summary>Whole numbers, so that every sum is exact whatever its order.</summary>
    private static T Number<T>(int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(k * 37 % 101 - 50);

    private static void CheckAll<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] source = [.. Enumerable.Range(0, rows * columns).Select(Number<T>)];
        int[] selected = [.. Enumerable.Range(0, rows).Select(k => k * 5 % 3)];
        T At(int i, int j) => source[i * columns + j];
        T Sum(IEnumerable<T> values) => values.Aggregate(T.Zero, (a, b) => a + b);

        Check<T>(rows * columns, (k, _) => At(k % rows, k / rows), destination => Transpose.Assign<T>(source, rows, columns, destination));
        Check<T>(rows * columns, (k, old) => old + At(k % rows, k / rows), destination => Transpose.Add<T>(source, rows, columns, destination));
        int first = columns / 3;
        Check<T>(columns - first, (j, old) => old + Sum(Enumerable.Range(0, rows).Select(i => At(i, first + j))),
            sum => RowSums.AddTo<T>(source, columns, first, sum));
        Check<T>(rows * columns, (k, old) => old + Number<T>(k % columns),
            destination => RowSums.AddToEach<T>([.. Enumerable.Range(0, columns).Select(Number<T>)], destination));
        Check<T>(3 * columns,
            (k, old) => old + Sum(Enumerable.Range(0, rows).Where(i => selected[i] == k / columns).Select(i => At(i, k % columns))),
            sums => new SelectedSums(sums: 3, rows).Add(source, selected, columns, sums));
    }

    private delegate void Kernel<T>(Span<T> destination);

    private static void Check<T>(int length, Func<int, T, T> expected, Kernel<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guarded<T> destination = new(length, T.NegativeOne, k => Number<T>(k + 7));
        T[] wanted = [.. destination.Span.ToArray().Select((old, k) => expected(k, old))];

        kernel(destination.Span);

        destination.Span.ToArray().Should().Equal(wanted);
        destination.IsIntact.Should().BeTrue();
    }
}

using System.Numerics;
using System.Runtime.Intrinsics.X86;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The packed, blocked product against the three loops of its definition.</summary>
public sealed class GemmTests
{
    /// <summary>
    /// Around the sizes of tiles, panels and blocks: 12 rows, 4 to 32 columns, 96 rows with 1 MiB of cache, depths of 256 (packing), 512 and
    /// 1024.
    /// </summary>
    public static TheoryData<int, int, int> Shapes() => new()
    {
        { 1, 1, 1 }, { 1, 17, 3 }, { 2, 5, 16 }, { 3, 1, 33 }, { 5, 31, 7 }, { 6, 16, 8 }, { 7, 15, 9 }, { 12, 48, 64 }, { 13, 47, 65 },
        { 20, 8, 255 }, { 23, 9, 256 }, { 25, 33, 257 }, { 191, 3, 10 }, { 193, 20, 300 }, { 400, 70, 513 }, { 97, 48, 1029 },
        { 1, 130, 2050 }, { 3, 8, 511 }, { 4, 9, 512 }, { 5, 7, 1023 }, { 6, 33, 1024 }, { 7, 17, 1025 }, { 13, 40, 3073 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiplies_float(int m, int n, int k) => CheckAll<float>(m, n, k, 1e-5);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiplies_double(int m, int n, int k) => CheckAll<double>(m, n, k, 1e-13);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_the_same_bits_for_any_number_of_threads(int m, int n, int k)
    {
        float[] a = Random<float>(m * k, 1), b = Random<float>(k * n, 2);
        float[] expected = new float[m * n];
        new Gemm<float>(WorkerTeam.Shared, 1).Multiply(new(a, m, k), new Matrix<float>(b, k, n), new(expected, m, n), accumulate: false);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            float[] actual = new float[m * n];
            new Gemm<float>(WorkerTeam.Shared, threads).Multiply(new(a, m, k), new Matrix<float>(b, k, n), new(actual, m, n), accumulate: false);
            actual.Should().Equal(expected);
        }
    }

    [Theory]
    [InlineData(193, 20, 300, 256)]
    [InlineData(400, 70, 1029, 512)]
    [InlineData(97, 48, 2050, 1280)]
    [InlineData(500, 33, 1024, 2048)]
    public void Gives_the_same_bits_on_chips_with_any_cache(int m, int n, int k, int cacheKiB)
    {
        double[] a = Random<double>(m * k, 1), b = Random<double>(k * n, 2), expected = new double[m * n], actual = new double[m * n];
        Gemm<double> gemm = new(WorkerTeam.Shared, threads: 1);
        Gemm<double> other = new(WorkerTeam.Shared, threads: 2, Blocking.Rows(cacheKiB << 10, registerBytes: 64, tileRows: 12));

        gemm.Multiply(new(a, m, k), new Matrix<double>(b, k, n), new(expected, m, n), accumulate: false);
        other.Multiply(new(a, m, k), new Matrix<double>(b, k, n), new(actual, m, n), accumulate: false);

        actual.Should().Equal(expected);
    }

    [Theory]
    [InlineData(256, 64, 12, 12)]
    [InlineData(512, 64, 12, 24)]
    [InlineData(1024, 64, 12, 96)]
    [InlineData(1280, 64, 12, 120)]
    [InlineData(2048, 64, 12, 144)]
    [InlineData(16384, 64, 12, 144)]
    [InlineData(256, 32, 6, 12)]
    [InlineData(512, 32, 6, 48)]
    [InlineData(1024, 32, 6, 108)]
    [InlineData(2048, 32, 6, 144)]
    [InlineData(1024, 16, 12, 120)]
    public void Blocks_are_whole_tiles_that_the_cache_holds_beside_two_panels(int cacheKiB, int registerBytes, int tileRows, int expected)
    {
        int rows = Blocking.Rows(cacheKiB << 10, registerBytes, tileRows), panel = 1024 * 2 * registerBytes;

        rows.Should().Be(expected);
        (rows % tileRows).Should().Be(0);
        (rows == tileRows || rows * Blocking.DepthBytes + 2 * panel <= cacheKiB << 10).Should().BeTrue();
    }

    [Fact]
    public void The_cache_has_the_size_that_the_system_reports()
    {
        SecondLevelCache.Size.Should().BeInRange(1 << 16, 1 << 28);
        string[] caches = X86Base.IsSupported && Directory.Exists("/sys/devices/system/cpu")
            ? Directory.GetDirectories("/sys/devices/system/cpu", "cpu?").SelectMany(cpu => Caches(Path.Combine(cpu, "cache"))).ToArray()
            : [];
        int[] sizes =
        [
            .. caches.Where(cache => Text(cache, "level") == "2").Select(cache => int.Parse(Text(cache, "size").TrimEnd('K')) << 10),
        ];
        if (sizes.Length > 0)
        {
            sizes.Should().Contain(size => size % SecondLevelCache.Size == 0, "a core has all of a cache, or its share of it");
        }

        static string[] Caches(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder, "index?") : [];
        static string Text(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();
    }

    [Theory]
    [InlineData(300, 21)]
    [InlineData(300, 293)]
    [InlineData(2100, 293)]
    [InlineData(2048, 40)]
    public void Rows_of_a_product_do_not_depend_on_how_many_are_computed_together(int depth, int columns)
    {
        CheckRows<float>(depth, columns);
        CheckRows<double>(depth, columns);
    }

    [Fact]
    public void Two_products_that_read_A_once_are_those_of_each_alone()
    {
        const int Rows = 193, Depth = 1029, Columns = 33, OtherColumns = 7;
        double[] a = Random<double>(Depth * Rows, 1), b = Random<double>(Depth * Columns, 2), otherB = Random<double>(Depth * OtherColumns, 3);
        double[] c = Random<double>(Rows * Columns, 4), otherC = Random<double>(Rows * OtherColumns, 5), expected = [.. c], otherExpected = [.. otherC];
        Gemm<double> gemm = new(WorkerTeam.Shared, 2);
        Matrix<double> left = new Matrix<double>(a, Depth, Rows).Transposed;
        gemm.Multiply(left, new Matrix<double>(b, Depth, Columns), new(expected, Rows, Columns), accumulate: true);
        gemm.Multiply(left, new Matrix<double>(otherB, Depth, OtherColumns), new(otherExpected, Rows, OtherColumns), accumulate: true);

        gemm.AddProducts(
            left, new(b, Depth, Columns), new(c, Rows, Columns), new(otherB, Depth, OtherColumns), new(otherC, Rows, OtherColumns));

        c.Should().Equal(expected);
        otherC.Should().Equal(otherExpected);
    }

    [Fact]
    public void Packing_a_smaller_matrix_after_a_larger_one_leaves_nothing_behind()
    {
        Gemm<double> gemm = new(WorkerTeam.Shared, 2);
        gemm.Multiply(new(Random<double>(50 * 300, 1), 50, 300), new Matrix<double>(Random<double>(300 * 40, 2), 300, 40), new(new double[2000], 50, 40), false);

        Check(gemm, 4, 3, 5, transposeA: false, transposeB: true, accumulate: false, 1e-13);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Action multiply = () => new Gemm<float>(WorkerTeam.Shared, 1).Multiply(
            new(new float[6], 2, 3), new Matrix<float>(new float[8], 4, 2), new(new float[4], 2, 2), accumulate: false);

        multiply.Should().Throw<ArgumentException>().WithMessage("A[2,3] times B[4,2]*C[2,2]*");
    }

    private static void CheckRows<T>(int depth, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Rows = 13;
        T[] a = Random<T>(Rows * depth, 1), b = Random<T>(depth * columns, 2), together = Random<T>(Rows * columns, 3);
        T[] oneByOne = [.. together];
        Gemm<T> gemm = new(WorkerTeam.Shared, 1);
        PackedMatrix<T> packed = new();
        gemm.Pack(new(b, depth, columns), packed);
        gemm.MultiplyRows(0, new(a, Rows, depth), packed, new(together, Rows, columns), accumulate: true);
        for (int row = 0; row < Rows; row++)
        {
            gemm.MultiplyRows(0,
                new Matrix<T>(a.AsSpan(row * depth, depth), 1, depth), packed, new(oneByOne.AsSpan(row * columns, columns), 1, columns), accumulate: true);
        }

        oneByOne.Should().Equal(together);
    }

    private static void CheckAll<T>(int m, int n, int k, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Gemm<T> gemm = new(WorkerTeam.Shared, 2);
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                Check(gemm, m, n, k, transposeA, transposeB, accumulate: false, tolerance);
                Check(gemm, m, n, k, transposeA, transposeB, accumulate: true, tolerance);
            }
        }
    }

    private static void Check<T>(Gemm<T> gemm, int m, int n, int k, bool transposeA, bool transposeB, bool accumulate, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Random<T>(m * k, 1), b = Random<T>(k * n, 2), before = Random<T>(m * n, 3);
        T[] c = [.. before];
        Matrix<T> left = transposeA ? new Matrix<T>(a, k, m).Transposed : new(a, m, k);
        Matrix<T> right = transposeB ? new Matrix<T>(b, n, k).Transposed : new(b, k, n);

        gemm.Multiply(left, right, new(c, m, n), accumulate);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = accumulate ? double.CreateTruncating(before[i * n + j]) : 0;
                for (int d = 0; d < k; d++)
                {
                    sum += double.CreateTruncating(a[transposeA ? d * m + i : i * k + d]) * double.CreateTruncating(b[transposeB ? j * k + d : d * n + j]);
                }

                double.CreateTruncating(c[i * n + j]).Should().BeApproximately(sum, tolerance * (1 + Math.Sqrt(k)), "that is C[{0},{1}]", i, j);
            }
        }
    }

    private static T[] Random<T>(int length, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(seed, RandomStream.Weights(0));
        T[] values = new T[length];
        foreach (ref T value in values.AsSpan())
        {
            value = T.CreateTruncating(2 * random.NextUniform() - 1);
        }

        return values;
    }
}

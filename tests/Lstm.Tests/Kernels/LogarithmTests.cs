using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The logarithm of every lane against the double functions of the runtime.</summary>
public sealed unsafe class LogarithmTests
{
    [Fact]
    public void Log1p_in_float_is_within_3_units_in_the_last_place() => WorstLog1p<float>().Should().BeLessThan(3 * 1.2e-7);

    [Fact]
    public void Log1p_in_double_agrees_to_15_digits() => WorstLog1p<double>().Should().BeLessThan(1e-15);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-3, 5)]
    [InlineData(-1e4, -1e4)]
    [InlineData(-1e300, -2)]
    [InlineData(-1e300, -1e300)]
    public void LogAdd_is_the_logarithm_of_a_sum(double a, double b)
    {
        double expected = Math.Max(a, b) + Log1p(Math.Exp(-Math.Abs(a - b)));

        Apply<double>(Add, a, b).Concat(Apply<double>(Add, b, a)).Should().AllSatisfy(value => value.Should().BeApproximately(expected, 1e-15 * Math.Abs(expected)));
    }

    [Fact]
    public void NaN_passes_through()
    {
        Apply<double>(Add, double.NaN, 1).Concat(Apply<double>(Add, 1, double.NaN)).Should().AllSatisfy(value => double.IsNaN(value).Should().BeTrue());
        Apply<float>(Log, float.NaN, 0).Should().AllSatisfy(value => float.IsNaN(value).Should().BeTrue());
    }

    private const bool Add = true;
    private const bool Log = false;

    /// <summary>The largest relative error over [0, 1], dense near 0, too.</summary>
    private static double WorstLog1p<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Points = 20_001;
        double worst = 0;
        for (int k = 1; k < Points; k++)
        {
            foreach (double point in new[] { k / (Points - 1.0), Math.Pow(10, -30.0 * k / Points) })
            {
                T z = T.CreateTruncating(point);
                double exact = Log1p(double.CreateTruncating(z));
                worst = Math.Max(worst, Apply(Log, z, T.Zero).Max(value => Math.Abs(double.CreateTruncating(value) / exact - 1)));
            }
        }

        Apply(Log, T.Zero, T.Zero).Should().AllBeEquivalentTo(T.Zero);
        return worst;
    }

    /// <summary>The error of 1 + z is taken out again (Kahan); the runtime's own function has it.</summary>
    private static double Log1p(double z) => 1 + z == 1 ? z : Math.Log(1 + z) * z / (1 + z - 1);

    /// <summary>The function by every lane the chip has.</summary>
    private static T[] Apply<T>(bool add, T a, T b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int wide = Simd.IsWide ? Vector512Lane<T>.Count : 0;
        T[] results = new T[wide + Vector<T>.Count + 1];
        fixed (T* destination = results)
        {
            if (Simd.IsWide)
            {
                Apply<Vector512Lane<T>, T>(add, a, b).Store(destination);
            }

            Apply<VectorLane<T>, T>(add, a, b).Store(destination + wide);
            Apply<ScalarLane<T>, T>(add, a, b).Store(destination + wide + Vector<T>.Count);
        }

        return results;
    }

    private static TLane Apply<TLane, T>(bool add, T a, T b)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => add
            ? Logarithm.LogAdd<TLane, T>(TLane.Broadcast(a), TLane.Broadcast(b))
            : Logarithm.Log1p<TLane, T>(TLane.Broadcast(a));
}

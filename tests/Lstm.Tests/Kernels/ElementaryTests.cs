using System.Numerics;
using Lstm.Kernels;

namespace Lstm.Tests.Kernels;

/// <summary>exp, sigmoid and tanh of every lane against the double functions of the runtime.</summary>
public sealed unsafe class ElementaryTests
{
    private enum Function
    {
        Exp,
        Sigmoid,
        Tanh,
    }

    [Fact]
    public void Sigmoid_in_float_is_within_4_units_in_the_last_place() => CheckFloat(Function.Sigmoid, -87, 40, Sigmoid, 4);

    [Fact]
    public void Tanh_in_float_is_within_4_units_in_the_last_place() => CheckFloat(Function.Tanh, -12, 12, Math.Tanh, 4);

    [Fact]
    public void Exp_in_float_is_within_4_units_in_the_last_place() => CheckFloat(Function.Exp, -87, 88, Math.Exp, 4);

    [Fact]
    public void Sigmoid_in_double_agrees_to_15_digits() => CheckDouble(Function.Sigmoid, -700, 40, Sigmoid);

    [Fact]
    public void Tanh_in_double_agrees_to_15_digits() => CheckDouble(Function.Tanh, -25, 25, Math.Tanh);

    [Fact]
    public void Exp_in_double_agrees_to_15_digits() => CheckDouble(Function.Exp, -700, 700, Math.Exp);

    [Fact]
    public void Tanh_is_exact_near_zero()
    {
        foreach (double x in new[] { 0, 1e-300, -1e-20, 1e-9, -3e-5 })
        {
            Apply<double>(Function.Tanh, x).Should().AllSatisfy(y => (y - Math.Tanh(x)).Should().BeInRange(-1e-15 * Math.Abs(x), 1e-15 * Math.Abs(x)));
        }
    }

    [Fact]
    public void The_sign_of_zero_passes_through_tanh() =>
        Apply<float>(Function.Tanh, -0f).Should().AllSatisfy(y => float.IsNegative(y).Should().BeTrue());

    [Fact]
    public void Limits_are_exact_and_NaN_passes_through_in_float() => CheckLimits<float>();

    [Fact]
    public void Limits_are_exact_and_NaN_passes_through_in_double() => CheckLimits<double>();

    private static void CheckLimits<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Apply<T>(Function.Exp, T.NegativeInfinity).Should().AllBeEquivalentTo(T.Zero);
        Apply<T>(Function.Exp, T.PositiveInfinity).Should().AllBeEquivalentTo(T.PositiveInfinity);
        Apply<T>(Function.Sigmoid, T.NegativeInfinity).Should().AllBeEquivalentTo(T.Zero);
        Apply<T>(Function.Sigmoid, T.PositiveInfinity).Should().AllBeEquivalentTo(T.One);
        Apply<T>(Function.Tanh, T.NegativeInfinity).Should().AllBeEquivalentTo(-T.One);
        Apply<T>(Function.Tanh, T.PositiveInfinity).Should().AllBeEquivalentTo(T.One);
        foreach (Function function in Enum.GetValues<Function>())
        {
            Apply(function, T.NaN).Should().AllSatisfy(y => T.IsNaN(y).Should().BeTrue());
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void CheckFloat(Function function, double from, double to, Func<double, double> exact, double units)
    {
        const int Points = 40_001;
        double worst = 0;
        for (int k = 0; k < Points; k++)
        {
            float x = (float)(from + (to - from) * k / (Points - 1));
            float y = (float)exact(x);
            double unit = MathF.BitIncrement(MathF.Abs(y)) - MathF.Abs(y);
            worst = Math.Max(worst, Apply(function, x).Max(value => Math.Abs(value - exact(x)) / unit));
        }

        worst.Should().BeLessThanOrEqualTo(units);
    }

    private static void CheckDouble(Function function, double from, double to, Func<double, double> exact)
    {
        const int Points = 20_001;
        double worst = 0;
        for (int k = 0; k < Points; k++)
        {
            double x = from + (to - from) * k / (Points - 1), y = exact(x);
            worst = Math.Max(worst, y == 0 ? 0 : Apply(function, x).Max(value => Math.Abs(value / y - 1)));
        }

        worst.Should().BeLessThanOrEqualTo(1e-15);
    }

    /// <summary>The function by every lane the chip has.</summary>
    private static T[] Apply<T>(Function function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int wide = Simd.IsWide ? Vector512Lane<T>.Count : 0;
        T[] results = new T[wide + Vector<T>.Count + 1];
        fixed (T* destination = results)
        {
            if (Simd.IsWide)
            {
                Apply<Vector512Lane<T>, T>(function, x).Store(destination);
            }

            Apply<VectorLane<T>, T>(function, x).Store(destination + wide);
            Apply<ScalarLane<T>, T>(function, x).Store(destination + wide + Vector<T>.Count);
        }

        return results;
    }

    private static TLane Apply<TLane, T>(Function function, T x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => function switch
        {
            Function.Exp => Elementary.Exp<TLane, T>(TLane.Broadcast(x)),
            Function.Sigmoid => Elementary.Sigmoid<TLane, T>(TLane.Broadcast(x)),
            _ => Elementary.Tanh<TLane, T>(TLane.Broadcast(x)),
        };
}

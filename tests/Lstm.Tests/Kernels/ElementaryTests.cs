using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>
/// exp, sigmoid and tanh of every lane over the whole range: floats against the double functions of the runtime, doubles against
/// <see cref="Real"/>.
/// </summary>
public sealed unsafe class ElementaryTests
{
    private const double MostUnits = 4;

    private interface IFunction
    {
        static abstract TLane Of<TLane, T>(TLane x)
            where TLane : unmanaged, ILane<TLane, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>;

        static abstract double Exact(double x);

        static abstract Real Exact(Real x);
    }

    [Fact]
    public void Exp_in_float() => CheckFloat<Exp>();

    [Fact]
    public void Sigmoid_in_float() => CheckFloat<Sigmoid>();

    [Fact]
    public void Tanh_in_float() => CheckFloat<Tanh>();

    [Fact]
    public void Exp_in_double() => CheckDouble<Exp>();

    [Fact]
    public void Sigmoid_in_double() => CheckDouble<Sigmoid>();

    [Fact]
    public void Tanh_in_double() => CheckDouble<Tanh>();

    [Fact]
    public void The_sign_of_zero_passes_through_tanh()
    {
        float[] zeros = [-0f, 0f];
        foreach (float[] y in Apply<Tanh, float>(zeros))
        {
            y.Select(float.IsNegative).Should().Equal(true, false);
        }
    }

    [Fact]
    public void Limits_are_exact_and_NaN_passes_through_in_float() => CheckLimits<float>();

    [Fact]
    public void Limits_are_exact_and_NaN_passes_through_in_double() => CheckLimits<double>();

    /// <summary>The measure itself: digits that are known, and identities that an error of 2^-140 would break.</summary>
    [Fact]
    public void Real_numbers_are_exact_far_beyond_double()
    {
        Real e = Real.Exp(1), e2 = Real.Exp(2), third = Real.Exp((Real)1 / 3);
        ((double)(e - Math.E)).Should().BeApproximately(1.4456468917292502e-16, 1e-31, "e = 2.71828182845904523536028747135266...");
        ((double)(Real.Ln2 - Math.Log(2))).Should().BeApproximately(2.3190468138462996e-17, 1e-32, "ln 2 = 0.69314718055994530941723212145818...");
        ((double)(e * e - e2)).Should().BeApproximately(0, 1e-42);
        ((double)(third * third * third - e)).Should().BeApproximately(0, 1e-42);
        ((double)(Real.Tanh(Math.ScaleB(1, -30)) / Real.Tanh(Math.ScaleB(1, -31)) - 2)).Should().BeApproximately(-Math.ScaleB(1, -61), 1e-30);
        ((Real)1).UnitsFrom(1, 53, -1074).Should().Be(0);
        ((Real)1).UnitsFrom(Math.BitIncrement(1), 53, -1074).Should().Be(1);
        ((Real)double.Epsilon).UnitsFrom(0, 53, -1074).Should().Be(1);
    }

    private static void CheckLimits<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = [T.NegativeInfinity, T.PositiveInfinity, -T.CreateTruncating(1e30), T.CreateTruncating(1e30), T.Zero, T.NaN, -T.NaN];
        Check<Exp>([T.Zero, T.PositiveInfinity, T.Zero, T.PositiveInfinity, T.One]);
        Check<Sigmoid>([T.Zero, T.One, T.Zero, T.One, T.CreateTruncating(0.5)]);
        Check<Tanh>([-T.One, T.One, -T.One, T.One, T.Zero]);

        void Check<TFunction>(T[] expected)
            where TFunction : IFunction
        {
            foreach (T[] y in Apply<TFunction, T>(x))
            {
                y[..5].Should().Equal(expected);
                y[5..].Should().AllSatisfy(value => T.IsNaN(value).Should().BeTrue());
            }
        }
    }

    private static void CheckFloat<TFunction>()
        where TFunction : IFunction
    {
        float[] x = [.. Points(sizeof(float), 200_001).Select(point => (float)point)];
        foreach (float[] y in Apply<TFunction, float>(x))
        {
            (double worst, int at) = (0, 0);
            for (int k = 0; k < x.Length; k++)
            {
                double units = UnitsFrom(TFunction.Exact((double)x[k]), y[k]);
                (worst, at) = units <= worst ? (worst, at) : (units, k);
            }

            worst.Should().BeLessThanOrEqualTo(MostUnits, "at {0:R} it is {1:R}", x[at], y[at]);
        }
    }

    private static double UnitsFrom(double exact, float value)
    {
        const double Overflow = 3.4028235677973366e38;
        if (exact >= Overflow)
        {
            return float.IsPositiveInfinity(value) ? 0 : double.PositiveInfinity;
        }

        int unit = Math.Max(exact == 0 ? int.MinValue : Math.ILogB(exact) - 23, -149);
        return Math.ScaleB(Math.Abs(value - exact), -unit);
    }

    private static void CheckDouble<TFunction>()
        where TFunction : IFunction
    {
        double[] x = [.. Points(sizeof(double), 15_001)];
        Real[] exact = [.. x.Select(point => TFunction.Exact((Real)Math.Clamp(point, -2000, 2000)))];
        foreach (double[] y in Apply<TFunction, double>(x))
        {
            (double worst, int at) = (0, 0);
            for (int k = 0; k < x.Length; k++)
            {
                double units = exact[k].Magnitude < 1024 || !double.IsPositiveInfinity(y[k]) ? exact[k].UnitsFrom(y[k], 53, -1074) : 0;
                (worst, at) = units <= worst ? (worst, at) : (units, k);
            }

            worst.Should().BeLessThanOrEqualTo(MostUnits, "at {0:R} it is {1:R}", x[at], y[at]);
        }
    }

    /// <summary>
    /// Both signs of: numbers of every exponent; an even grid; the points where the reduction goes over to the next power of two, among
    /// them those where a result becomes subnormal, 0 or infinite; and the neighbours of all these.
    /// </summary>
    private static IEnumerable<double> Points(int size, int gridPoints)
    {
        bool isFloat = size == sizeof(float);
        (int lowest, int highest, double end) = isFloat ? (-149, 127, 110.0) : (-1074, 1023, 760.0);
        IEnumerable<double> exponents = Enumerable.Range(lowest, highest - lowest + 1).Select(exponent => Math.ScaleB(1, exponent));
        IEnumerable<double> numbers = exponents.Concat(exponents.Select(power => power * 1.37));
        IEnumerable<double> grid = Enumerable.Range(0, gridPoints).SelectMany(k => new[] { end * k / (gridPoints - 1), 2.0 * k / (gridPoints - 1) });
        IEnumerable<double> turns = Enumerable.Range(0, -lowest + 4).SelectMany(n => new[] { n * Math.Log(2) / 2, (n + 0.5) * Math.Log(2) });
        IEnumerable<double> ends = new[] { 17.32868, 9.010913, 36.7368, 19.0615, 60, 600, 88.72283, 104.5, 105, 709.782712893384, 710, 745.1332191019412, 746 };
        IEnumerable<double> neighbours = turns.Concat(ends).SelectMany(point => isFloat
            ? new double[] { MathF.BitDecrement((float)point), (float)point, MathF.BitIncrement((float)point) }
            : [Math.BitDecrement(point), point, Math.BitIncrement(point)]);
        return numbers.Concat(grid).Concat(neighbours).SelectMany(point => new[] { point, -point });
    }

    /// <summary>The function of all points by every lane the chip has.</summary>
    private static List<T[]> Apply<TFunction, T>(T[] x)
        where TFunction : IFunction
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<T[]> results = [Apply<TFunction, VectorLane<T>, T>(x), Apply<TFunction, ScalarLane<T>, T>(x)];
        if (Simd.IsWide)
        {
            results.Add(Apply<TFunction, Vector512Lane<T>, T>(x));
        }

        return results;
    }

    private static T[] Apply<TFunction, TLane, T>(T[] x)
        where TFunction : IFunction
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] padded = new T[x.Length + TLane.Count], y = new T[padded.Length];
        x.CopyTo(padded, 0);
        fixed (T* source = padded, destination = y)
        {
            Map<TFunction, TLane, T>(source, destination, x.Length);
        }

        return y[..x.Length];
    }

    [MethodImpl(LaneLoop.Kernel)]
    private static void Map<TFunction, TLane, T>(T* x, T* y, int count)
        where TFunction : IFunction
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < count; k += TLane.Count)
        {
            TFunction.Of<TLane, T>(TLane.Load(x + k)).Store(y + k);
        }
    }

    private readonly struct Exp : IFunction
    {
        public static TLane Of<TLane, T>(TLane x)
            where TLane : unmanaged, ILane<TLane, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementary.Exp<TLane, T>(x);

        public static double Exact(double x) => Math.Exp(x);

        public static Real Exact(Real x) => Real.Exp(x);
    }

    private readonly struct Sigmoid : IFunction
    {
        public static TLane Of<TLane, T>(TLane x)
            where TLane : unmanaged, ILane<TLane, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementary.Sigmoid<TLane, T>(x);

        public static double Exact(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

        public static Real Exact(Real x) => Real.Sigmoid(x);
    }

    private readonly struct Tanh : IFunction
    {
        public static TLane Of<TLane, T>(TLane x)
            where TLane : unmanaged, ILane<TLane, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementary.Tanh<TLane, T>(x);

        public static double Exact(double x) => Math.Tanh(x);

        public static Real Exact(Real x) => Real.Tanh(x);
    }
}

using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Data;

/// <summary>Scaling over the whole range of both types.</summary>
public sealed class StandardScalerRangeTests
{
    [Fact]
    public void Floats_next_to_the_largest_are_scaled_and_come_back()
    {
        float[] values = [3e38f, 3e38f, -3e38f], original = [.. values], alone = [-1.4142f];
        StandardScaler<float> scaler = StandardScaler<float>.Fit(values, columns: 1);

        scaler.Transform(values);
        scaler.InverseTransform(alone, [0]);

        values.Select((value, k) => Math.Abs(value - new[] { 0.70710678, 0.70710678, -1.41421356 }[k])).Max().Should().BeLessThan(1e-6);
        alone[0].Should().BeApproximately(-3e38f, 1e35f);
        scaler.InverseTransform(values);
        values.Select((value, k) => Math.Abs(value / original[k] - 1)).Max().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void Doubles_next_to_the_largest_are_scaled_and_come_back()
    {
        double[] values = [1.7e308, 1.7e308, -1.7e308, double.MaxValue], original = [.. values];
        StandardScaler<double> scaler = StandardScaler<double>.Fit(values, columns: 1);

        scaler.Transform(values);

        values.Sum().Should().BeApproximately(0, 1e-12);
        values.Sum(v => v * v).Should().BeApproximately(4, 1e-12);
        scaler.InverseTransform(values);
        values.Select((value, k) => Math.Abs(value / original[k] - 1)).Max().Should().BeLessThan(1e-14);
        double[] beyond = [10, double.NaN, double.NegativeInfinity];
        scaler.InverseTransform(beyond);
        beyond.Should().Equal(double.PositiveInfinity, double.NaN, double.NegativeInfinity);
    }

    [Fact]
    public void Deviations_whose_squares_vanish_are_found()
    {
        double[] values = [3e-170, -3e-170, 3e-170, -3e-170];
        StandardScaler<double> scaler = StandardScaler<double>.Fit(values, columns: 1);
        scaler.Scale[0].Should().BeApproximately(3e-170, 1e-184);
        scaler.Transform(values);
        Numbers.ShouldAgree(values, [1, -1, 1, -1], 1e-14);

        StandardScaler<float>.Fit([float.Epsilon, 0], columns: 1).Scale[0].Should().Be(float.Epsilon);
        StandardScaler<double>.Fit([double.Epsilon, 0, 0, 0], columns: 1).Scale[0].Should().Be(double.Epsilon);
    }

    [Fact]
    public void Columns_of_any_size_in_double_are_scaled_and_come_back() => CheckRange<double>(Gen.Choose(-290, 307), 1e-11);

    [Fact]
    public void Columns_of_any_size_in_float_are_scaled_and_come_back() => CheckRange<float>(Gen.Choose(-32, 38), 1e-5);

    [Fact]
    public void Messages_are_of_no_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Action create = () => _ = new StandardScaler<double>([0], [-0.5]);
            create.Should().Throw<MalformedDataException>().WithMessage("*got -0.5. At column 0*");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>The same digits at a size where nothing can go wrong give the same scaled numbers.</summary>
    private static void CheckRange<T>(Gen<int> exponents, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columns =
            from exponent in exponents
            from digits in Gen.ArrayOf(Gen.Choose(-1699, 1699), 6)
            where digits.Distinct().Count() > 1
            select (exponent, digits);
        Prop.ForAll(Arb.From(columns), column =>
        {
            double[] digits = Array.ConvertAll(column.digits, digit => digit / 1000.0);
            T[] values = Array.ConvertAll(digits, digit => T.Parse(
                string.Create(CultureInfo.InvariantCulture, $"{digit:R}E{column.exponent}"), CultureInfo.InvariantCulture));
            T[] original = [.. values];
            double mean = digits.Average(), deviation = Math.Sqrt(digits.Average(digit => Math.Pow(digit - mean, 2)));
            StandardScaler<T> scaler = StandardScaler<T>.Fit(values, columns: 1);

            scaler.Transform(values);

            for (int k = 0; k < values.Length; k++)
            {
                double expected = (digits[k] - mean) / deviation, margin = tolerance * (1 + Math.Abs(mean / deviation));
                Assert.InRange(double.CreateTruncating(values[k]), expected - margin, expected + margin);
            }

            scaler.InverseTransform(values);
            for (int k = 0; k < values.Length; k++)
            {
                double back = digits[k] == 0 ? 1 : double.CreateTruncating(values[k] / original[k]);
                double margin = tolerance * (Math.Abs(mean) + deviation) / Math.Max(1e-3, Math.Abs(digits[k]));
                Assert.InRange(back, 1 - margin, 1 + margin);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(9, 1));
    }
}

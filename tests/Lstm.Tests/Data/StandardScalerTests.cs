namespace Lstm.Tests.Data;

public sealed class StandardScalerTests
{
    [Fact]
    public void Columns_get_mean_0_and_deviation_1()
    {
        double[] values = [1, 10, 2, 20, 3, 30, 6, 60];
        StandardScaler<double> scaler = StandardScaler<double>.Fit(values, columns: 2);

        scaler.Mean.ToArray().Should().Equal(3, 30);
        scaler.Scale[0].Should().BeApproximately(Math.Sqrt(14 / 4.0), 1e-15, "it is that of the population");
        scaler.Transform(values);
        values[0].Should().BeApproximately(-2 / Math.Sqrt(3.5), 1e-15);
        values.Where((_, k) => k % 2 == 1).Sum().Should().BeApproximately(0, 1e-14);
        values.Where((_, k) => k % 2 == 1).Sum(v => v * v).Should().BeApproximately(4, 1e-14);
    }

    [Fact]
    public void The_inverse_brings_all_or_chosen_columns_back()
    {
        Series<double> series = new(Numbers.Random(30), columns: 3);
        double[] original = series.Values.ToArray();
        StandardScaler<double> scaler = StandardScaler<double>.Fit(series[..7], series.Columns);
        scaler.Transform(series.Values);
        double[] chosen = [series.Values[2], series.Values[0], series.Values[5], series.Values[3]];

        scaler.InverseTransform(chosen, [2, 0]);
        scaler.InverseTransform(series.Values);

        Numbers.ShouldAgree(series.Values, original, 1e-15);
        Numbers.ShouldAgree(chosen, [original[2], original[0], original[5], original[3]], 1e-15);
    }

    [Fact]
    public void Only_the_rows_given_are_fitted()
    {
        Series<double> series = Sources.Series(10, 2);

        StandardScaler<double>.Fit(series[..4], 2).Mean.ToArray().Should().Equal(1.5, 1.75);
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(1e8f)]
    [InlineData(-3e-30f)]
    [InlineData(0f)]
    public void A_constant_column_becomes_exactly_0_and_comes_back(float constant)
    {
        float[] values = [.. Enumerable.Repeat(constant, 1001)];
        StandardScaler<float> scaler = StandardScaler<float>.Fit(values, columns: 1);

        scaler.Scale[0].Should().Be(1);
        scaler.Transform(values);
        values.Should().OnlyContain(value => value == 0);
        scaler.InverseTransform(values);
        values.Should().OnlyContain(value => value == constant);
    }

    [Fact]
    public void A_small_deviation_from_a_large_mean_keeps_its_digits()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(k => 1e9 + k % 2)];

        StandardScaler<double> scaler = StandardScaler<double>.Fit(values, columns: 1);

        scaler.Mean[0].Should().Be(1e9 + 0.5);
        scaler.Scale[0].Should().BeApproximately(0.5, 1e-13);
    }

    [Fact]
    public void Moments_are_all_there_is_to_save()
    {
        StandardScaler<float> fitted = StandardScaler<float>.Fit([1, 5, 2, 9, 4, 7], columns: 2);
        StandardScaler<float> restored = new(fitted.Mean, fitted.Scale);
        float[] one = [3, 4, 5, 6], other = [3, 4, 5, 6];

        fitted.Transform(one);
        restored.Transform(other);

        other.Should().Equal(one);
    }

    [Fact]
    public void Bad_numbers_and_shapes_are_named()
    {
        StandardScaler<double> scaler = StandardScaler<double>.Fit([1, 2, 3, 4], columns: 2);
        Action none = () => StandardScaler<double>.Fit([], columns: 2), ragged = () => StandardScaler<double>.Fit([1, 2, 3], columns: 2);
        Action number = () => StandardScaler<double>.Fit([1, 2, 3, double.NaN], columns: 2);
        Action scale = () => _ = new StandardScaler<double>([1, 2], [1, 0]), pair = () => _ = new StandardScaler<double>([1, 2], [1]);
        Action row = () => scaler.Transform(new double[3]), back = () => scaler.InverseTransform(new double[3]);
        Action column = () => scaler.InverseTransform(new double[2], [2]);

        none.Should().Throw<ArgumentException>().WithParameterName("values");
        ragged.Should().Throw<ArgumentException>().WithMessage("*rows of 2 numbers*got 3*");
        number.Should().Throw<MalformedDataException>().WithMessage("*NaN. At row 1, column 1*");
        scale.Should().Throw<MalformedDataException>().WithParameterName("scale").Which.Column.Should().Be(1);
        pair.Should().Throw<ArgumentException>().WithParameterName("scale");
        row.Should().Throw<ArgumentException>().WithParameterName("values").WithMessage("*rows of 2*3*");
        back.Should().Throw<ArgumentException>().WithParameterName("values");
        column.Should().Throw<ArgumentException>().WithParameterName("targetColumns").WithMessage("*[0, 2), but got 2*");
    }
}

using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Optimizers;

/// <summary>Norms and clipping over the whole range of both types, against norms in whole numbers.</summary>
public sealed class GradientNormTests
{
    /// <summary>One number from 2^480 on beside many below it: the larger sum does not hide the other.</summary>
    [Fact]
    public void Numbers_on_both_sides_of_a_bound_count()
    {
        double large = Math.ScaleB(1, 480), below = Math.BitDecrement(large), small = Math.ScaleB(1, -480), under = Math.BitDecrement(small);
        double[] aroundLarge = [large, .. Enumerable.Repeat(below, 99)], aroundSmall = [small, .. Enumerable.Repeat(under, 99)];

        SquareSum.Of<double>(aroundLarge).Root.Should().BeApproximately(10 * large, 1e-14 * large);
        SquareSum.Of<double>(aroundSmall).Root.Should().BeApproximately(10 * small, 1e-14 * small);
    }

    /// <summary>Parts are summed by themselves: those on either side of a frozen parameter here.</summary>
    [Theory]
    [InlineData(480)]
    [InlineData(-480)]
    public void Parts_on_both_sides_of_a_bound_count(int exponent)
    {
        double bound = Math.ScaleB(1, exponent);
        ParameterCollection<double> parameters = new Sequential<double>(new Dense<double>(1, 1), new Dense<double>(1, 1)).Parameters;
        parameters["0.b"].IsFrozen = true;
        (parameters["0.W"].Gradient[0], parameters["1.W"].Gradient[0]) = (Math.BitIncrement(bound), Math.BitDecrement(bound));

        GradientClipping.GlobalNorm(parameters).Should().BeApproximately(Math.Sqrt(2) * bound, 1e-14 * bound);
    }

    [Fact]
    public void A_norm_whose_squares_overflow_is_told_and_clipped()
    {
        ParameterCollection<double> parameters = Parameters<double>(8, 8);
        parameters.Gradients.Fill(1e160);

        GradientClipping.ByGlobalNorm(parameters, 5).Should().BeApproximately(1e160 * Math.Sqrt(72), 1e146);
        GradientClipping.GlobalNorm(parameters).Should().BeApproximately(5, 1e-14);
    }

    [Fact]
    public void A_norm_whose_squares_vanish_is_told()
    {
        ParameterCollection<double> parameters = Parameters<double>(1, 1);
        (parameters.Gradients[0], parameters.Gradients[1]) = (3e-170, 4e-170);

        GradientClipping.GlobalNorm(parameters).Should().BeApproximately(5e-170, 1e-184);
        GradientClipping.ByNorm(parameters, 1).Should().BeApproximately(4e-170, 1e-184);
    }

    [Fact]
    public void A_norm_beyond_the_largest_double_is_the_largest_double_and_is_clipped()
    {
        ParameterCollection<double> parameters = Parameters<double>(8, 8);
        parameters.Gradients.Fill(1e308);

        GradientClipping.ByGlobalNorm(parameters, 2).Should().Be(double.MaxValue);
        GradientClipping.GlobalNorm(parameters).Should().BeApproximately(2, 1e-14);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(5)]
    [InlineData(1e-30)]
    public void A_factor_too_small_for_float_keeps_its_digits(double maxNorm)
    {
        ParameterCollection<float> parameters = Parameters<float>(1000, 99);
        parameters.Gradients.Fill(3e38f);

        GradientClipping.ByGlobalNorm(parameters, maxNorm);
        double norm = ExactNorm.Of(parameters.Gradients.ToArray().Select(g => (double)g));
        parameters["0.W"].Gradient.Fill(3e38f);
        GradientClipping.ByNorm(parameters, maxNorm);

        norm.Should().BeApproximately(maxNorm, 1e-6 * maxNorm);
        ExactNorm.Of(parameters["0.W"].Gradient.ToArray().Select(g => (double)g)).Should().BeApproximately(maxNorm, 1e-6 * maxNorm);
    }

    [Fact]
    public void Norms_of_doubles_of_any_size_are_exact_and_brought_to_any_limit() => CheckRange<double>(
        Exponents(-1074, 1023), (Gen.Choose(-900, 1000), 1e-13));

    [Fact]
    public void Norms_of_floats_of_any_size_are_exact_and_brought_to_any_limit() => CheckRange<float>(
        Exponents(-149, 127), (Gen.Choose(-90, 120), 1e-6));

    [Fact]
    public void Shared_norms_of_extremes_have_the_same_bits_for_any_number_of_threads()
    {
        (double Norm, double[] Gradients) Clip(int threads)
        {
            ParameterCollection<double> parameters = Parameters<double>(600, 500);
            double[] numbers = Numbers.Random(parameters.Gradients.Length);
            for (int k = 0; k < numbers.Length; k++)
            {
                parameters.Gradients[k] = Math.ScaleB(numbers[k], k % 2000 - 1000);
            }

            return (GradientClipping.ByGlobalNorm(parameters, 3, threads), parameters.Gradients.ToArray());
        }

        (double norm, double[] expected) = Clip(1);
        foreach (int threads in new[] { 2, 5 })
        {
            (double other, double[] gradients) = Clip(threads);
            other.Should().Be(norm);
            gradients.Should().Equal(expected);
        }
    }

    [Fact]
    public void A_limit_of_the_gradient_of_a_step_holds_for_doubles_whose_squares_overflow_or_vanish()
    {
        foreach (double scale in new[] { 1e-200, 1, 1e200 })
        {
            double[] row = [3 * scale, 4 * scale];
            StepClipper.Factor<double>(row, 2.5 * scale).Apply(row);
            Numbers.ShouldAgree(row, [1.5 * scale, 2 * scale], 1e-15 * scale);
            StepClipper.Factor<double>(row, 3 * scale).IsOne.Should().BeTrue();
        }

        float[] large = [3e38f, 3e38f];
        StepClipper.Factor<float>(large, 1e-3).Apply(large);
        large[0].Should().BeApproximately((float)(1e-3 / Math.Sqrt(2)), 1e-10f);
    }

    [Fact]
    public void Moments_of_doubles_of_any_size_are_finite_and_right()
    {
        foreach (double scale in new[] { 1e-300, 1e-170, 1, 1e170, 3e307 })
        {
            Moments moments = Moments.Of<double>([1 * scale, 2 * scale, 3 * scale, 4 * scale]), sum = new();
            sum.Add(moments);
            sum.Add(moments);

            (moments.Norm / scale).Should().BeApproximately(Math.Sqrt(30), 1e-12);
            (sum.Statistics.Mean / scale).Should().BeApproximately(2.5, 1e-12);
            (sum.Statistics.StandardDeviation / scale).Should().BeApproximately(Math.Sqrt(1.25), 1e-12);
            sum.Statistics.Max.Should().Be(4 * scale);
        }

        new Moments().Statistics.Should().Be(default(ActivationStatistics));
    }

    private static Gen<int> Exponents(int least, int most) =>
        Gen.Frequency((1, Gen.Choose(least, most)), (1, Gen.Choose(least, least + 20)), (1, Gen.Choose(most - 20, most)));

    private static void CheckRange<T>(Gen<int> exponents, (Gen<int> Exponent, double Tolerance) limits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterCollection<T> parameters = Parameters<T>(3, 2);
        Gen<double> gradient =
            from exponent in exponents
            from mantissa in Gen.Choose(-1000, 1000)
            select Math.ScaleB(mantissa / 1001.0, exponent);
        int count = 0;
        Prop.ForAll(Arb.From(Gen.ArrayOf(gradient, 8)), Arb.From(limits.Exponent), (values, limitExponent) =>
        {
            Array.ConvertAll(values, T.CreateTruncating).CopyTo(parameters.Gradients);
            double[] before = Doubles(parameters);
            double norm = ExactNorm.Of(before), limit = Math.ScaleB(1, limitExponent);
            ShouldBe(GradientClipping.GlobalNorm(parameters), Math.Min(norm, double.MaxValue), 1e-14);

            ShouldBe(GradientClipping.ByGlobalNorm(parameters, limit), Math.Min(norm, double.MaxValue), 1e-14);

            ShouldBe(ExactNorm.Of(Doubles(parameters), limitExponent), Math.Min(1, ExactNorm.Of(before, limitExponent)), limits.Tolerance);
            count++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(77, 1));
        count.Should().Be(400);
    }

    private static void ShouldBe(double actual, double expected, double tolerance) =>
        Assert.InRange(actual, expected * (1 - tolerance), Math.Min(expected * (1 + tolerance), double.MaxValue));

    private static double[] Doubles<T>(ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Array.ConvertAll(parameters.Gradients.ToArray(), g => double.CreateTruncating(g));

    private static ParameterCollection<T> Parameters<T>(int inputs, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new Sequential<T>(new Dense<T>(inputs, outputs)).Parameters;
}

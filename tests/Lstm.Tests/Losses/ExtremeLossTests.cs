using System.Numerics;

namespace Lstm.Tests.Losses;

/// <summary>Infinite logits, squares that overflow the type of the outputs, and weights at the ends of double's range.</summary>
public sealed class ExtremeLossTests
{
    private const double Infinity = double.PositiveInfinity;

    private static readonly int[] s_lengths = [1, 3, 16, 31, 300];

    public static TheoryData<double, double, double, double> InfiniteLogits => new()
    {
        { Infinity, 1, 0, 0 },
        { -Infinity, 0, 0, 0 },
        { Infinity, 0, Infinity, 1 },
        { -Infinity, 1, Infinity, -1 },
        { Infinity, 0.25, Infinity, 0.75 },
        { -Infinity, 0.25, Infinity, -0.25 },
    };

    [Theory]
    [MemberData(nameof(InfiniteLogits))]
    public void The_sigmoid_cross_entropy_of_an_infinite_logit_is_its_limit(double logit, double target, double loss, double derivative)
    {
        Check<float>(logit, target, loss, derivative);
        Check<double>(logit, target, loss, derivative);

        static void Check<T>(double logit, double target, double loss, double derivative)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (int length in s_lengths)
            {
                // Every place, so that every lane and the remainder have it once; the others are right and sure.
                for (int at = 0; at < length; at += 1 + length / 50)
                {
                    T[] logits = new T[length], targets = new T[length], gradient = new T[length];
                    Array.Fill(logits, T.CreateTruncating(-50));
                    (logits[at], targets[at]) = (T.CreateTruncating(logit), T.CreateTruncating(target));
                    SigmoidCrossEntropy.Evaluate<T>(logits, targets, gradient, Reduction.Sum).Should().BeApproximately(loss, 1e-18);
                    double.CreateTruncating(gradient[at]).Should().Be(derivative);
                    Array.Exists(gradient, T.IsNaN).Should().BeFalse();
                    SigmoidCrossEntropy.Evaluate<T>(logits, targets, logits, Reduction.Sum).Should().BeApproximately(loss, 1e-18);
                    logits.Should().Equal(gradient);
                }
            }
        }
    }

    /// <summary>Target, loss, derivatives, logits.</summary>
    public static TheoryData<int, double, double[], double[]> InfiniteRows => new()
    {
        { 0, 0, [0, 0, 0], [Infinity, 1, 2] },
        { 1, Infinity, [1, -1, 0], [Infinity, 1, 2] },
        { 1, Infinity, [0.5, -1, 0.5], [1, -Infinity, 1] },
        { 0, 0.6931471805599453, [-0.5, 0, 0.5], [1, -Infinity, 1] },
        { 2, Infinity, [1, 0, -1], [Infinity, -Infinity, -Infinity] },
        { 1, Infinity, [0, -1, 0], [-Infinity, -Infinity, -Infinity] },
    };

    [Theory]
    [MemberData(nameof(InfiniteRows))]
    public void The_softmax_cross_entropy_of_infinite_logits_is_a_limit(int target, double loss, double[] derivatives, double[] logits)
    {
        Check(Array.ConvertAll(logits, logit => (float)logit));
        Check(logits);

        void Check<T>(T[] row)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] gradient = new T[3];
            SoftmaxCrossEntropy.Evaluate<T>(row, [target], gradient).Should().BeApproximately(loss, 1e-7);
            gradient.Zip(derivatives, (g, d) => Math.Abs(double.CreateTruncating(g) - d)).Max().Should().BeLessThan(1e-7);
            SoftmaxCrossEntropy.Evaluate<T>(row, [target]).Should().BeApproximately(loss, 1e-7);
            SoftmaxCrossEntropy.Evaluate<T>(row, [target], row).Should().BeApproximately(loss, 1e-7);
            row.Should().Equal(gradient);
        }
    }

    [Fact]
    public void Smoothing_gives_a_masked_class_a_share_so_that_the_loss_is_infinite_and_the_gradient_is_not()
    {
        foreach (int target in new[] { 0, 1, 2, 19 })
        {
            Check<float>(target, -Infinity);
            Check<double>(target, -Infinity);
            Check<float>(target, Infinity);
            Check<double>(target, Infinity);
        }

        static void Check<T>(int target, double infinite)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] logits = new T[20], gradient = new T[20];
            logits[1] = T.CreateTruncating(infinite);
            logits[19] = T.NegativeInfinity;
            SoftmaxCrossEntropy.Evaluate<T>(logits, [target], gradient, labelSmoothing: 0.2).Should().Be(Infinity);
            for (int k = 0; k < 20; k++)
            {
                double p = double.IsPositive(infinite) ? k == 1 ? 1 : 0 : k is 1 or 19 ? 0 : 1 / 18.0;
                double.CreateTruncating(gradient[k]).Should().BeApproximately(p - 0.01 - (k == target ? 0.8 : 0), 1e-6);
            }
        }
    }

    /// <summary>There is no limit; and a model whose weights have grown until everything overflows is to be told.</summary>
    [Fact]
    public void Of_several_logits_of_plus_infinity_there_is_no_loss()
    {
        float[] logits = [float.PositiveInfinity, float.PositiveInfinity, 0], gradient = new float[3];
        foreach (double smoothing in new[] { 0, 0.2 })
        {
            double.IsNaN(SoftmaxCrossEntropy.Evaluate<float>(logits, [0], gradient, labelSmoothing: smoothing)).Should().BeTrue();
            gradient.Should().OnlyContain(g => float.IsNaN(g));
            double.IsNaN(SoftmaxCrossEntropy.Evaluate<float>(logits, [2], labelSmoothing: smoothing)).Should().BeTrue();
        }
    }

    [Fact]
    public void Row_16_of_masked_targets() =>
        SoftmaxCrossEntropy.Evaluate<double>([0, -Infinity, 1], [1], labelSmoothing: 0.1).Should().Be(Infinity);

    [Fact]
    public void NaN_among_infinite_logits_is_not_hidden()
    {
        double.IsNaN(SoftmaxCrossEntropy.Evaluate<double>([Infinity, double.NaN], [0])).Should().BeTrue();
        double.IsNaN(SoftmaxCrossEntropy.Evaluate<double>([-Infinity, double.NaN], [0], labelSmoothing: 0.1)).Should().BeTrue();
        double.IsNaN(SigmoidCrossEntropy.Evaluate<float>([float.PositiveInfinity, float.NaN], [1, 1])).Should().BeTrue();
        double.IsNaN(SigmoidCrossEntropy.Evaluate<float>([float.PositiveInfinity], [float.NaN])).Should().BeTrue();
    }

    [Fact]
    public void Infinite_errors_are_infinite_and_those_of_equal_infinities_are_no_numbers()
    {
        float[] gradient = new float[2];
        MeanSquaredError.Evaluate<float>([float.PositiveInfinity, 0], [0, 0], gradient).Should().Be(Infinity);
        gradient.Should().Equal(float.PositiveInfinity, 0);
        HuberLoss.Evaluate<float>([0, float.PositiveInfinity], [0, 0], gradient, delta: 2).Should().Be(Infinity);
        gradient.Should().Equal(0, 1);
        double.IsNaN(MeanSquaredError.Evaluate<float>([float.PositiveInfinity], [float.PositiveInfinity])).Should().BeTrue();
        double.IsNaN(HuberLoss.Evaluate<float>([float.PositiveInfinity], [float.PositiveInfinity])).Should().BeTrue();
    }

    [Fact]
    public void Losses_are_formed_in_double()
    {
        MeanSquaredError.Evaluate<float>([1e20f], [0f]).Should().BeApproximately((double)1e20f * 1e20f, 1e34);
        MeanSquaredError.Evaluate<float>([1e-30f], [0f]).Should().BeApproximately((double)1e-30f * 1e-30f, 1e-74);
        MeanSquaredError.Evaluate<float>([3e-22f], [0f]).Should().BeApproximately((double)3e-22f * 3e-22f, 1e-57);
        double largest = float.MaxValue;
        MeanSquaredError.Evaluate<float>([float.MaxValue], [-float.MaxValue]).Should().BeApproximately(4 * largest * largest, 1e64);
        HuberLoss.Evaluate<float>([1e30f], [-1e30f], delta: 1e25).Should().BeApproximately(2e55, 1e50);
        SigmoidCrossEntropy.Evaluate<float>([3e38f, 3e38f], [0, 0], [], Reduction.Sum).Should().BeApproximately(2.0 * 3e38f, 1e24);
        SoftmaxCrossEntropy.Evaluate<float>([3e38f, -3e38f], [1]).Should().BeApproximately(2.0 * 3e38f, 1e24);
    }

    [Fact]
    public void Means_fit_where_their_sums_do_not()
    {
        double[] large = [1.7e308, 1.7e308, 1.7e308, 1.7e308], none = new double[4];
        SigmoidCrossEntropy.Evaluate<double>(large, none).Should().Be(1.7e308);
        HuberLoss.Evaluate<double>(large, none).Should().Be(1.7e308);
        MeanSquaredError.Evaluate<double>([1.3e154, 1.3e154, 0, 0], none).Should().BeApproximately(1.69e308 / 2, 1e294);
        SoftmaxCrossEntropy.Evaluate<double>([1.7e308, -1.7e308, 0, 0, 0, 0, 1, 0], [1, 0, 0, 0])
            .Should().BeApproximately(1.7e308 / 2, 1e294);
    }

    [Fact]
    public void A_gradient_that_overflows_float_is_infinite_and_none_is_NaN()
    {
        float[] gradient = new float[3];
        MeanSquaredError.Evaluate<float>([3e38f, 1, 0], [0, 0, 0], gradient, Reduction.Sum);
        gradient.Should().Equal(float.PositiveInfinity, 2, 0);
        MeanSquaredError.Evaluate<float>([3e38f, 1, 0], [0, 0, 0], gradient);
        gradient.Should().Equal(2e38f, 2 / 3f, 0);

        MeanSquaredError.Evaluate<float>([1, 0, 1e-30f], [0, 0, 0], gradient, Reduction.Sum, LossSteps.Weighted([1e60, 1e60, 1e60]));
        gradient[..2].Should().Equal(float.PositiveInfinity, 0);
        gradient[2].Should().BeApproximately(2e30f, 1e24f);
        SoftmaxCrossEntropy.Evaluate<float>([0, 0, -1000], [0], gradient, Reduction.Sum, steps: LossSteps.Weighted([1e60]));
        gradient.Should().Equal(float.NegativeInfinity, float.PositiveInfinity, 0);
    }

    public static TheoryData<double, double> ExtremeWeights => new()
    {
        { 1e-310, 1e-310 }, { 1e308, 1e308 }, { double.Epsilon, double.Epsilon }, { double.MaxValue, double.MaxValue }, { 1e-200, 1e-200 },
    };

    [Theory]
    [MemberData(nameof(ExtremeWeights))]
    public void Equal_weights_of_any_size_are_a_plain_mean(double first, double second)
    {
        Check<float>(1e-6);
        Check<double>(1e-14);

        void Check<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] y = [.. new[] { 1.0, 2, -1, 0.5 }.Select(T.CreateTruncating)], t = [T.Zero, T.One, T.Zero, T.One];
            double[] w = [first, second];
            foreach (Func<T[], bool, double> loss in new Func<T[], bool, double>[]
            {
                (dy, weighted) => MeanSquaredError.Evaluate<T>(y, t, dy, Reduction.Mean, weighted ? LossSteps.Weighted(w) : default),
                (dy, weighted) => HuberLoss.Evaluate<T>(y, t, dy, 1, Reduction.Mean, weighted ? LossSteps.All(1, [1, 1], w) : default),
                (dy, weighted) => SigmoidCrossEntropy.Evaluate<T>(y, t, dy, Reduction.Mean, weighted ? LossSteps.Last(1, 2, w) : default),
                (dy, weighted) => SoftmaxCrossEntropy.Evaluate<T>(y, [0, 1], dy, steps: weighted ? LossSteps.Last(1, [1, 1], w) : default),
                (dy, weighted) => SoftmaxCrossEntropy.Evaluate<T>(
                    y, [0, 1], dy, labelSmoothing: 0.1, steps: weighted ? LossSteps.Weighted(w) : default),
            })
            {
                T[] expected = new T[4], gradient = new T[4];
                loss(gradient, true).Should().BeApproximately(loss(expected, false), tolerance);
                gradient.Zip(expected, (a, b) => Math.Abs(double.CreateTruncating(a - b))).Max().Should().BeLessThan(tolerance);
            }
        }
    }

    [Fact]
    public void Where_nothing_counts_every_loss_and_gradient_is_0_whatever_the_outputs()
    {
        double[] y = [double.NaN, Infinity], dy = [1, 1];
        LossSteps none = LossSteps.Weighted([0]);
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            MeanSquaredError.Evaluate<double>(y, [0, 0], dy, reduction, none).Should().Be(0);
            HuberLoss.Evaluate<double>(y, [0, 0], dy, 1, reduction, none).Should().Be(0);
            SigmoidCrossEntropy.Evaluate<double>(y, [0, 0], dy, reduction, none).Should().Be(0);
            SoftmaxCrossEntropy.Evaluate<double>(y, [0], dy, reduction, steps: none).Should().Be(0);
            SoftmaxCrossEntropy.Evaluate<double>(y, [7], dy, reduction, ignoreIndex: 7).Should().Be(0);
            dy.Should().Equal(0, 0);
        }
    }

    [Fact]
    public void Options_that_no_loss_has_are_refused_by_name()
    {
        const Reduction None = (Reduction)9;
        float[] y = [1, 2], t = [0, 1];
        foreach (Action evaluate in new Action[]
        {
            () => MeanSquaredError.Evaluate<float>(y, t, [], None),
            () => HuberLoss.Evaluate<float>(y, t, [], 1, None),
            () => SigmoidCrossEntropy.Evaluate<float>(y, t, [], None),
            () => SoftmaxCrossEntropy.Evaluate<float>(y, [0], None),
            () => new CtcLoss<float>(2, 1, 1).Evaluate(y, [1], [1], [], [], None),
        })
        {
            evaluate.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("reduction").WithMessage("*Reduction*Mean, Sum*9*");
        }

        FluentActions.Invoking(() => new CtcLoss<float>(2, 1, 1, new() { ImpossibleAlignment = (ImpossibleAlignment)7 }))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options").WithMessage("*ImpossibleAlignment*7*");
    }

    [Fact]
    public void Numbers_that_become_0_or_infinite_in_float_are_refused()
    {
        float[] y = [1, 2], t = [0, 1];
        foreach (double delta in new[] { 1e-50, 1e50, 0, -1, double.NaN, Infinity })
        {
            FluentActions.Invoking(() => HuberLoss.Evaluate<float>(y, t, delta: delta))
                .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("delta").WithMessage("*Single*");
        }

        HuberLoss.Evaluate<double>([1, 2], [0, 1], delta: 1e-50).Should().BeGreaterThan(0);
        FluentActions.Invoking(() => SoftmaxCrossEntropy.Evaluate<float>(y, [0], labelSmoothing: 1e-60))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("labelSmoothing").WithMessage("*Single*");
        SoftmaxCrossEntropy.Evaluate<double>([1, 2], [0], labelSmoothing: 1e-60).Should().BeGreaterThan(0);
        FluentActions.Invoking(() => new NextTokenTask<float> { LabelSmoothing = 1e-60 })
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Single*");
    }
}

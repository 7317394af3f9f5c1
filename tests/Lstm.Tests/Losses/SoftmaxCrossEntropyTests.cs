namespace Lstm.Tests.Losses;

public sealed class SoftmaxCrossEntropyTests
{
    [Fact]
    public void Logits_of_any_size_give_finite_numbers()
    {
        float[] gradient = new float[6];

        double loss = SoftmaxCrossEntropy.Evaluate<float>([100, 99, 1, -3e38f, 3e38f, 0], [1, 1], gradient, Reduction.Sum);

        loss.Should().BeApproximately(1 + Math.Log(1 + Math.Exp(-1)), 1e-5);
        gradient.Should().OnlyContain(g => float.IsFinite(g));
        gradient[..3].Sum().Should().BeApproximately(0, 1e-6f);
    }

    [Theory]
    [InlineData(1000, 999, 0.31326168751822286)]
    [InlineData(1e8, 1e8, 0.6931471805599453)]
    public void A_small_loss_of_large_logits_keeps_its_digits(float first, float second, double expected)
    {
        SoftmaxCrossEntropy.Evaluate<float>([first, second], [0], new float[2]).Should().BeApproximately(expected, 1e-7);
        SoftmaxCrossEntropy.Evaluate<float>([first, second], [0]).Should().BeApproximately(expected, 1e-7);
    }

    [Fact]
    public void Where_every_row_is_ignored_the_loss_is_0()
    {
        double[] gradient = [1, 1];

        SoftmaxCrossEntropy.Evaluate<double>([5, 6], [-1], gradient, ignoreIndex: -1).Should().Be(0);
        gradient.Should().Equal(0, 0);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_target_out_of_range_is_named(int target)
    {
        Action evaluate = () => SoftmaxCrossEntropy.Evaluate<float>(new float[6], [0, target], new float[6]);

        evaluate.Should().Throw<ArgumentException>().WithParameterName("targets").WithMessage($"*[0, 3)*target 1 is {target}*");
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_named()
    {
        Action targets = () => SoftmaxCrossEntropy.Evaluate<float>(new float[7], [0, 1], new float[7]);
        Action gradient = () => SoftmaxCrossEntropy.Evaluate<float>(new float[6], [0, 1], new float[5]);

        targets.Should().Throw<ArgumentException>().WithParameterName("targets");
        gradient.Should().Throw<ArgumentException>().WithParameterName("gradient").WithMessage("Expected 6*got 5*");
    }

    [Fact]
    public void NaN_is_not_hidden() =>
        double.IsNaN(SoftmaxCrossEntropy.Evaluate<float>([1, float.NaN], [0])).Should().BeTrue();

    [Fact]
    public void Smoothing_is_the_cross_entropy_of_a_target_that_shares_with_all_classes()
    {
        double[] logits = [0.5, -1, 2, 0.25], gradient = new double[4], probabilities = [.. logits.Select(x => Math.Exp(x) / logits.Sum(Math.Exp))];
        double[] shares = [0.05, 0.85, 0.05, 0.05];

        double loss = SoftmaxCrossEntropy.Evaluate<double>(logits, [1], gradient, labelSmoothing: 0.2);

        loss.Should().BeApproximately(-shares.Zip(probabilities, (q, p) => q * Math.Log(p)).Sum(), 1e-14);
        gradient.Zip(shares.Zip(probabilities, (q, p) => p - q), (actual, expected) => Math.Abs(actual - expected)).Max().Should().BeLessThan(1e-15);
    }

    [Fact]
    public void Smoothing_of_large_logits_keeps_the_digits_of_the_loss() =>
        SoftmaxCrossEntropy.Evaluate<float>([1e8f, 1e8f, 1e8f, 1e8f], [0], labelSmoothing: 0.1).Should().BeApproximately(Math.Log(4), 1e-7);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_smoothing_out_of_range_is_named(double labelSmoothing)
    {
        Action evaluate = () => SoftmaxCrossEntropy.Evaluate<float>(new float[6], [0, 1], labelSmoothing: labelSmoothing);

        evaluate.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("labelSmoothing").WithMessage("*[0, 1]*");
    }

    [Fact]
    public void Targets_that_do_not_fit_the_steps_are_named()
    {
        Action targets = () => SoftmaxCrossEntropy.Evaluate<float>(new float[12], [0, 1, 0, 1], steps: LossSteps.Last(2, 2));
        Action logits = () => SoftmaxCrossEntropy.Evaluate<float>(new float[11], [0, 1], steps: LossSteps.Last(2, 2));

        targets.Should().Throw<ArgumentException>().WithParameterName("targets").WithMessage("Expected 2*got 4*");
        logits.Should().Throw<ArgumentException>().WithParameterName("logits").WithMessage("*4 steps*got 11*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void The_bits_are_the_same_for_any_number_of_threads(double labelSmoothing)
    {
        const int Rows = 900, Classes = 131;
        float[] logits = Array.ConvertAll(Numbers.Random(Rows * Classes, seed: 3), value => (float)(8 * value)), expected = new float[logits.Length];
        int[] targets = [.. Enumerable.Range(0, Rows).Select(row => row % 7 == 0 ? -1 : row % Classes)];
        double loss = SoftmaxCrossEntropy.Evaluate<float>(
            logits, targets, expected, ignoreIndex: -1, labelSmoothing: labelSmoothing, threads: 1);

        foreach (int threads in new[] { 2, 3, 8 })
        {
            float[] gradient = new float[logits.Length];
            SoftmaxCrossEntropy.Evaluate<float>(logits, targets, gradient, ignoreIndex: -1, labelSmoothing: labelSmoothing, threads: threads)
                .Should().Be(loss);
            gradient.AsSpan().SequenceEqual(expected).Should().BeTrue();
            SoftmaxCrossEntropy.Evaluate<float>(logits, targets, ignoreIndex: -1, labelSmoothing: labelSmoothing, threads: threads)
                .Should().Be(loss);
        }
    }
}

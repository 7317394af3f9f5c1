namespace Lstm.Tests.Losses;

/// <summary>Squared, HuberLoss and sigmoid losses against their definitions, number by number.</summary>
public sealed class ElementwiseLossTests
{
    private delegate double Loss(
        ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, Span<double> gradient, Reduction reduction, LossSteps steps);

    [Theory]
    [InlineData(3, 1, 4, 4)]
    [InlineData(-1, -1, 0, 0)]
    [InlineData(-1, 0.5, 2.25, -3)]
    public void The_squared_error_of_a_number(double output, double target, double loss, double derivative) =>
        CheckNumber(MeanSquaredError.Evaluate, output, target, loss, derivative);

    [Theory]
    [InlineData(1.25, 1, 0.03125, 0.25)]
    [InlineData(1.5, 1, 0.125, 0.5)]
    [InlineData(4, 1, 1.375, 0.5)]
    [InlineData(-2, 1, 1.375, -0.5)]
    public void The_Huber_loss_of_a_number(double output, double target, double loss, double derivative) =>
        CheckNumber((y, t, dy, reduction, steps) => HuberLoss.Evaluate(y, t, dy, 0.5, reduction, steps), output, target, loss, derivative);

    [Theory]
    [InlineData(0, 1, 0.6931471805599453, -0.5)]
    [InlineData(2, 1, 0.1269280110429726, -0.11920292202211755)]
    [InlineData(-2, 1, 2.1269280110429727, -0.8807970779778825)]
    [InlineData(2, 0.25, 1.6269280110429727, 0.6307970779778825)]
    [InlineData(1000, 1, 0, 0)]
    [InlineData(-1000, 0, 0, 0)]
    [InlineData(1000, 0, 1000, 1)]
    [InlineData(-1000, 1, 1000, -1)]
    [InlineData(-40, 0, 4.248354255291589e-18, 4.248354255291589e-18)]
    [InlineData(40, 1, 4.248354255291589e-18, 0)]
    public void The_sigmoid_cross_entropy_of_a_number(double logit, double target, double loss, double derivative) =>
        CheckNumber(SigmoidCrossEntropy.Evaluate, logit, target, loss, derivative);

    [Fact]
    public void A_mean_of_a_million_floats_keeps_its_digits()
    {
        float[] outputs = new float[1_000_003], targets = new float[outputs.Length];
        Array.Fill(outputs, 1.1f);

        double expected = (double)1.1f * 1.1f;
        (MeanSquaredError.Evaluate<float>(outputs, targets) / expected).Should().BeApproximately(1, 1e-6);
    }

    [Fact]
    public void Where_nothing_counts_the_loss_is_0()
    {
        double[] gradient = [1, 1];

        MeanSquaredError.Evaluate<double>([5, 6], [1, 1], gradient, steps: LossSteps.Weighted([0, 0])).Should().Be(0);
        gradient.Should().Equal(0, 0);
    }

    [Fact]
    public void NaN_is_not_hidden()
    {
        double.IsNaN(MeanSquaredError.Evaluate<float>([1, float.NaN], [0, 0])).Should().BeTrue();
        double.IsNaN(HuberLoss.Evaluate<float>([1, float.NaN], [0, 0])).Should().BeTrue();
        double.IsNaN(HuberLoss.Evaluate<float>([1, 1], [0, float.NaN])).Should().BeTrue();
        double.IsNaN(SigmoidCrossEntropy.Evaluate<float>([1, float.NaN], [0, 0])).Should().BeTrue();
    }

    [Fact]
    public void A_warm_call_allocates_nothing()
    {
        float[] outputs = new float[12], targets = new float[12], gradient = new float[12];
        double[] weights = [0, 1, 2, 3];
        int[] lengths = [2, 1], classes = [0, 1, 2, 3];
        void Evaluate()
        {
            MeanSquaredError.Evaluate(outputs, targets, gradient, steps: LossSteps.Weighted(weights));
            HuberLoss.Evaluate(outputs, targets, gradient, steps: LossSteps.All(2, lengths));
            SigmoidCrossEntropy.Evaluate(outputs, targets, gradient);
            SoftmaxCrossEntropy.Evaluate(outputs, classes, gradient, labelSmoothing: 0.1, steps: LossSteps.All(2, lengths, weights));
        }

        Allocations.LeastOf(Evaluate).Should().Be(0);
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        Fails(() => MeanSquaredError.Evaluate<float>([], []), "outputs", "*got 0*");
        Fails(() => MeanSquaredError.Evaluate<float>([1, 2], [1]), "targets", "Expected 2*got 1*");
        Fails(() => HuberLoss.Evaluate<float>([1, 2], [1, 2], new float[3]), "gradient", "Expected 2*got 3*");
        Fails(() => SigmoidCrossEntropy.Evaluate<float>([1, 2, 3], [1, 2, 3], steps: LossSteps.Weighted([1, 1])), "outputs", "*2 steps*got 3*");
        Fails(() => MeanSquaredError.Evaluate<float>(new float[6], new float[6], steps: LossSteps.Last(3, 2)), "targets", "Expected 2*got 6*");
        Fails(() => HuberLoss.Evaluate<float>([1], [1], delta: 0), "delta", "*greater than 0*");
        Fails(() => HuberLoss.Evaluate<float>([1], [1], delta: double.NaN), "delta", "*greater than 0*");
        Fails(() => HuberLoss.Evaluate<float>([1], [1], delta: 1e300), "delta", "*finite*");
    }

    /// <summary>In so many places that every lane has some.</summary>
    private static void CheckNumber(Loss loss, double output, double target, double expected, double derivative)
    {
        const int Count = 31;
        double[] outputs = new double[Count], targets = new double[Count], gradient = new double[Count];
        Array.Fill(outputs, output);
        Array.Fill(targets, target);

        loss(outputs, targets, gradient, Reduction.Sum, default).Should().BeApproximately(Count * expected, 1e-14 * Count * expected);
        gradient.Should().OnlyContain(g => Math.Abs(g - derivative) <= 1e-15 + 1e-15 * Math.Abs(derivative));
        loss(outputs, targets, gradient, Reduction.Mean, default).Should().BeApproximately(expected, 1e-14 * expected);
        gradient.Should().OnlyContain(g => Math.Abs(Count * g - derivative) <= 1e-14 * (1 + Math.Abs(derivative)));
    }

    private static void Fails(Action action, string parameter, string message) =>
        action.Should().Throw<ArgumentException>().WithParameterName(parameter).WithMessage(message);
}

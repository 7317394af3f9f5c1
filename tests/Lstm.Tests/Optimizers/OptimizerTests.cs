namespace Lstm.Tests.Optimizers;

public sealed class OptimizerTests
{
    private static ParameterCollection<double> Parameters => new Sequential<double>(new Dense<double>(2, 2)).Parameters;

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        ParameterCollection<double> parameters = Parameters;
        Action[] creations =
        [
            () => _ = new Sgd<double>(parameters, -1),
            () => _ = new Sgd<double>(parameters, double.NaN),
            () => _ = new Sgd<double>(parameters, 0.1, momentum: 1),
            () => _ = new Adam<double>(parameters, beta1: -0.1),
            () => _ = new Adam<double>(parameters, beta2: 1),
            () => _ = new Adam<double>(parameters, epsilon: 0),
            () => new Adam<double>(parameters).LearningRate = double.PositiveInfinity,
            () => GradientClipping.ByValue(parameters, 0),
            () => GradientClipping.ByGlobalNorm(parameters, -1),
        ];

        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>());
    }

    [Fact]
    public void Nesterov_needs_a_momentum()
    {
        Action create = () => _ = new Sgd<double>(Parameters, 0.1, nesterov: true);

        create.Should().Throw<ArgumentException>().WithParameterName("nesterov");
    }

    [Fact]
    public void A_small_norm_is_left_alone_and_one_that_is_no_number_is_told()
    {
        ParameterCollection<double> parameters = Parameters;
        parameters.Gradients.Fill(0.1);

        GradientClipping.ByGlobalNorm(parameters, 1).Should().BeApproximately(0.1 * Math.Sqrt(6), 1e-15);
        parameters.Gradients.ToArray().Should().OnlyContain(g => g == 0.1);

        parameters.Gradients[2] = double.NaN;
        double.IsNaN(GradientClipping.ByGlobalNorm(parameters, 1e-3)).Should().BeTrue();
        parameters.Gradients[0].Should().Be(0.1);
    }
}

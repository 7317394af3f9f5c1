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
            () => _ = new Sgd<double>(parameters, 0.1, weightDecay: -1),
            () => _ = new RmsProp<double>(parameters, decay: 1),
            () => _ = new RmsProp<double>(parameters, momentum: 1),
            () => _ = new RmsProp<double>(parameters, epsilon: 0),
            () => _ = new Adagrad<double>(parameters, epsilon: double.NaN),
            () => _ = new Adagrad<double>(parameters, learningRate: -1),
            () => _ = new AdamW<double>(parameters, weightDecay: double.NaN),
            () => _ = new AdamW<double>(parameters, beta2: 1),
            () => new Adam<double>(parameters).LearningRate = double.PositiveInfinity,
            () => GradientClipping.ByValue(parameters, 0),
            () => GradientClipping.ByGlobalNorm(parameters, -1),
            () => GradientClipping.ByNorm(parameters, double.NaN),
        ];

        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>());
    }

    [Fact]
    public void Gradients_whose_squares_overflow_are_clipped()
    {
        ParameterCollection<float> parameters = new Sequential<float>(new Dense<float>(2, 1)).Parameters;
        parameters.Gradients.Fill(2e19f);

        GradientClipping.ByGlobalNorm(parameters, 5).Should().BeApproximately(2e19 * Math.Sqrt(3), 1e13);
        parameters.Gradients.ToArray().Should().AllSatisfy(g => g.Should().BeApproximately((float)(5 / Math.Sqrt(3)), 1e-6f));
    }

    [Fact]
    public void An_infinite_gradient_is_told_and_left()
    {
        ParameterCollection<double> parameters = Parameters;
        parameters.Gradients.Fill(1);
        parameters.Gradients[0] = double.PositiveInfinity;

        GradientClipping.ByGlobalNorm(parameters, 0.1).Should().Be(double.PositiveInfinity);
        parameters.Gradients[1].Should().Be(1);
    }

    [Fact]
    public void The_first_step_of_Adam_is_the_learning_rate_for_any_decay()
    {
        foreach (double beta2 in new[] { 0.9, 0.999, 0.999999 })
        {
            ParameterCollection<float> parameters = new Sequential<float>(new Dense<float>(1, 1)).Parameters;
            parameters.Values.Clear();
            parameters.Gradients.Fill(0.5f);
            new Adam<float>(parameters, learningRate: 1e-3, beta2: beta2).Step();
            parameters.Values[0].Should().BeApproximately(-1e-3f, 1e-8f);
        }
    }

    [Fact]
    public void Decays_and_epsilons_that_vanish_in_float_are_refused()
    {
        ParameterCollection<float> parameters = new Sequential<float>(new Dense<float>(1, 1)).Parameters;
        Action[] creations = [() => _ = new Adam<float>(parameters, beta2: 0.99999999), () => _ = new Adam<float>(parameters, epsilon: 1e-50)];

        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Single*"));
    }

    [Fact]
    public void Every_parameter_is_clipped_by_its_own_norm()
    {
        ParameterCollection<double> parameters = Parameters;
        parameters["0.W"].Gradient.Fill(2);
        parameters["0.b"].Gradient.Fill(0.5);

        GradientClipping.ByNorm(parameters, 1).Should().Be(4);

        parameters["0.W"].Gradient.ToArray().Should().Equal(0.5, 0.5, 0.5, 0.5);
        parameters["0.b"].Gradient.ToArray().Should().Equal(0.5, 0.5);
    }

    [Fact]
    public void A_parameter_whose_norm_is_no_number_is_told_and_left()
    {
        ParameterCollection<double> parameters = Parameters;
        parameters["0.W"].Gradient.Fill(double.NaN);
        parameters["0.b"].Gradient.Fill(3);

        GradientClipping.ByNorm(parameters, 1).Should().Be(double.NaN);

        parameters["0.W"].Gradient.ToArray().Should().OnlyContain(g => double.IsNaN(g));
        parameters["0.b"].Gradient[0].Should().BeApproximately(1 / Math.Sqrt(2), 1e-15);
    }

    [Fact]
    public void Clamping_takes_infinite_gradients_to_the_limit_and_leaves_NaN()
    {
        ParameterCollection<double> parameters = Parameters;
        double[] gradients = [double.NegativeInfinity, -2, double.NaN, 0.5, 2, double.PositiveInfinity];
        gradients.CopyTo(parameters.Gradients);

        GradientClipping.ByValue(parameters, 1);

        parameters.Gradients.ToArray().Should().Equal(-1, -1, double.NaN, 0.5, 1, 1);
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

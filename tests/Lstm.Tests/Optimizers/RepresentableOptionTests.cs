namespace Lstm.Tests.Optimizers;

/// <summary>Options that would become 0 or infinite in float, or a decay 1, are refused by name where they are given.</summary>
public sealed class RepresentableOptionTests
{
    private static ParameterCollection<float> Parameters => new Sequential<float>(new Dense<float>(2, 2)).Parameters;

    [Fact]
    public void A_learning_rate_that_a_group_makes_vanish_is_refused_whenever_it_comes()
    {
        ParameterCollection<float> p = OptimizerCases.Model<float>().Parameters;
        ParameterGroup<float>[] groups = [new(parameter => parameter.Name == "0.R") { LearningRateFactor = 1e-30, WeightDecay = 1e-5 }];
        AdamW<float> adam = new(p, 0.1, groups: groups);
        NamedState<float> state = adam.State.Copy();
        NamedState<float> small = state with { Numbers = new Dictionary<string, double>(state.Numbers) { ["learningRate"] = 1e-20 } };

        FluentActions.Invoking(() => new AdamW<float>(p, 1e-20, groups: groups)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("learningRate");
        adam.Invoking(a => a.LearningRate = 1e-20).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("value").WithMessage("*1E-30*0.R*Single*");
        adam.Invoking(a => a.Restore(small)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("state");
        adam.LearningRate.Should().Be(0.1);
        adam.LearningRate = 0;
    }

    [Theory]
    [InlineData(1e-60)]
    [InlineData(1e40)]
    public void Rates_decays_and_factors(double value)
    {
        ParameterCollection<float> p = Parameters;
        Dictionary<string, Action[]> creations = new()
        {
            ["learningRate"] =
            [
                () => _ = new Sgd<float>(p, value), () => _ = new Adam<float>(p, value), () => _ = new AdamW<float>(p, value),
                () => _ = new RmsProp<float>(p, value), () => _ = new Adagrad<float>(p, value),
            ],
            ["weightDecay"] =
            [
                () => _ = new Sgd<float>(p, 0.1, weightDecay: value), () => _ = new Adam<float>(p, weightDecay: value),
                () => _ = new AdamW<float>(p, weightDecay: value),
                () => _ = new RmsProp<float>(p, weightDecay: value), () => _ = new Adagrad<float>(p, weightDecay: value),
            ],
            ["epsilon"] =
            [
                () => _ = new Adam<float>(p, epsilon: value), () => _ = new AdamW<float>(p, epsilon: value),
                () => _ = new RmsProp<float>(p, epsilon: value), () => _ = new Adagrad<float>(p, epsilon: value),
            ],
            ["value"] =
            [
                () => new Sgd<float>(p, 0.1).LearningRate = value,
                () => _ = new ParameterGroup<float>(_ => true) { LearningRateFactor = value },
                () => _ = new ParameterGroup<float>(_ => true) { WeightDecay = value },
            ],
            ["limit"] = [() => GradientClipping.ByValue(p, value)],
            ["maxNorm"] = [() => GradientClipping.ByNorm(p, value), () => GradientClipping.ByGlobalNorm(p, value)],
            ["rate"] =
            [
                () => LearningRateSchedule.Constant(value), () => LearningRateSchedule.Step(value, 1),
                () => LearningRateSchedule.Exponential(value, 0.5), () => LearningRateSchedule.Cosine(value, 5),
                () => _ = new ReduceOnPlateau(value),
            ],
            ["maxRate"] = [() => LearningRateSchedule.OneCycle(value, 10)],
            ["finalRate"] = [() => LearningRateSchedule.Cosine(1, 5, finalRate: value)],
            ["minRate"] = [() => _ = new ReduceOnPlateau(1, minRate: value)],
            ["initializer"] =
            [
                () => _ = new Dense<float>(2, 2, Initializer.Uniform(value)),
                () => _ = new Embedding<float>(2, 2, Initializer.Constant(-value)),
                () => _ = new GruLayer<float>(2, 2, new() { ResetAfter = false, InputInitializer = Initializer.PerGate(0, 1, value) }),
            ],
        };

        Refuses(creations);
    }

    [Theory]
    [InlineData(1e-60)]
    [InlineData(1 - 1e-12)]
    public void Decays(double value)
    {
        ParameterCollection<float> p = Parameters;
        Refuses(new()
        {
            ["momentum"] = [() => _ = new Sgd<float>(p, 0.1, momentum: value), () => _ = new RmsProp<float>(p, momentum: value)],
            ["beta1"] = [() => _ = new Adam<float>(p, beta1: value), () => _ = new AdamW<float>(p, beta1: value)],
            ["beta2"] = [() => _ = new Adam<float>(p, beta2: value), () => _ = new AdamW<float>(p, beta2: value)],
            ["decay"] = [() => _ = new RmsProp<float>(p, decay: value), () => WeightAverage<float>.Exponential(p, value)],
        });
    }

    [Fact]
    public void Products_of_rates_factors_and_decays()
    {
        ParameterCollection<float> p = Parameters;
        Refuses(new()
        {
            ["learningRate"] =
            [
                () => _ = new Sgd<float>(p, 1e-30, groups: [new(_ => true) { LearningRateFactor = 1e-30 }]),
                () => _ = new Sgd<float>(p, 1e30, groups: [new(_ => true) { LearningRateFactor = 1e30 }]),
                () => _ = new AdamW<float>(p, 1e-30, weightDecay: 1e-30), () => _ = new AdamW<float>(p, 1e20, weightDecay: 1e20),
            ],
            ["divisor"] = [() => LearningRateSchedule.OneCycle(1, 10, divisor: 1e60)],
            ["finalDivisor"] = [() => LearningRateSchedule.OneCycle(1, 10, finalDivisor: 1e60)],
            ["factor"] =
            [
                () => LearningRateSchedule.Step(1, 1, 1e-60), () => LearningRateSchedule.Exponential(1, 1e-60),
                () => _ = new ReduceOnPlateau(1, factor: 1e-60),
            ],
        });
    }

    [Fact]
    public void Numbers_within_the_range_are_taken()
    {
        ParameterCollection<float> p = Parameters;
        ParameterCollection<double> d = new Sequential<double>(new Dense<double>(2, 2, Initializer.Uniform(1e40))).Parameters;
        _ = new Sgd<float>(p, 0, weightDecay: 0);
        _ = new Sgd<float>(p, 1e-40);
        _ = new AdamW<double>(d, 1e-60, weightDecay: 1e40, epsilon: 1e-60);
        _ = new Adam<double>(d, beta2: 1 - 1e-12);
        GradientClipping.ByGlobalNorm(p, double.PositiveInfinity).Should().Be(0);
        GradientClipping.ByValue(d, 1e-60);
        WeightAverage<double>.Exponential(d, 1 - 1e-12).Steps.Should().Be(0);
    }

    [Fact]
    public void A_rate_that_has_fallen_below_what_float_holds_is_0()
    {
        Sgd<float> sgd = new(Parameters, 1);
        LearningRateSchedule schedule = LearningRateSchedule.Exponential(1, 0.5);

        foreach (long step in new long[] { 100, 149, 150, 151, 1000, 5000 })
        {
            sgd.LearningRate = schedule.At(step);
            sgd.LearningRate.Should().Be(step < 150 ? Math.ScaleB(1, (int)-step) : 0);
        }

        ReduceOnPlateau plateau = new(1, factor: 1e-30, patience: 0);
        foreach (double _ in new double[3])
        {
            plateau.Report(1);
        }

        plateau.At(1).Should().Be(0);
        plateau.State = plateau.State;
        Action set = () => plateau.State = plateau.State with { Rate = 1e40 };
        set.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("value");
    }

    [Fact]
    public void An_initializer_that_gives_numbers_beyond_the_range_is_told_and_changes_nothing()
    {
        Sequential<float> model = new(new Dense<float>(2, 2, new Growing()));

        Action initialize = () => model.Initialize(1);

        initialize.Should().Throw<InvalidOperationException>()
            .WithMessage("Cannot initialise parameter 0.W[2,2]: *finite as Single*1E+40 for number 1.");
    }

    private static void Refuses(Dictionary<string, Action[]> creations)
    {
        foreach ((string name, Action[] actions) in creations)
        {
            for (int k = 0; k < actions.Length; k++)
            {
                actions[k].Should().Throw<ArgumentOutOfRangeException>("of {0} {1}", name, k)
                    .WithParameterName(name).WithMessage("*Single*");
            }
        }
    }

    private sealed class Growing : Initializer
    {
        public override void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform)
        {
            for (int k = 0; k < values.Length; k++)
            {
                values[k] = Math.Pow(10, 40 * k);
            }
        }
    }
}

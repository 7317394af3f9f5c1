namespace Lstm.Tests.Optimizers;

public sealed class ParameterGroupTests
{
    private const double Rate = 0.1, Decay = 0.5;

    private static Sequential<double> Model => new(
        new LstmLayer<double>(2, 3, new() { Peepholes = true, LayerNorm = new() }), new Dense<double>(3, 2));

    public static TheoryData<string> DecayingOptimizers { get; } = ["sgd", "rmsprop", "adagrad", "adam", "adamw"];

    public static TheoryData<string> RememberingOptimizers { get; } = ["momentum", "rmsprop-centered-momentum", .. DecayingOptimizers];

    [Theory]
    [MemberData(nameof(DecayingOptimizers))]
    public void Decay_is_for_matrices_alone(string name)
    {
        ParameterCollection<double> parameters = Model.Parameters;
        parameters.Values.Fill(1);

        Create(name, parameters, groups: []).Step();

        parameters.Where(parameter => parameter.Value[0] < 1).Select(parameter => parameter.Name).Should().Equal("0.W", "0.R", "1.W");
        parameters.Where(parameter => parameter.Value[0] == 1).Select(parameter => parameter.Name)
            .Should().Equal("0.gain", "0.shift", "0.gain_c", "0.shift_c", "0.p", "1.b");
    }

    [Fact]
    public void Gains_and_shifts_of_both_sides_of_a_split_normalisation_are_no_matrices()
    {
        LstmOptions options = new() { Peepholes = true, LearnInitialState = true, LayerNorm = new() { Gates = GatePlacement.Split } };
        ParameterCollection<double> parameters = new Sequential<double>(
            new Embedding<double>(4, 1), new LstmLayer<double>(1, 1, options), new Dense<double>(1, 1)).Parameters;

        parameters["1.gain"].Shape.Length.Should().Be(2);
        parameters.Where(parameter => parameter.IsMatrix).Select(parameter => parameter.Name).Should().Equal("0.E", "1.W", "1.R", "2.W");
    }

    [Theory]
    [MemberData(nameof(DecayingOptimizers))]
    public void A_group_decays_all_that_it_chooses(string name)
    {
        ParameterCollection<double> parameters = Model.Parameters;
        parameters.Values.Fill(1);

        Create(name, parameters, [new(p => p.Name is "0.p" or "1.b") { WeightDecay = 1 }, new(p => p.Name == "0.R") { WeightDecay = 0 }]).Step();

        parameters.Where(parameter => parameter.Value[0] < 1).Select(parameter => parameter.Name).Should().Equal("0.W", "0.p", "1.W", "1.b");
    }

    [Fact]
    public void Decoupled_decay_is_rate_times_decay_of_the_weight_and_follows_the_factor_of_the_group()
    {
        ParameterCollection<double> parameters = Model.Parameters;
        parameters.Values.Fill(1);

        Create("adamw", parameters, [new(p => p.Name == "0.R") { LearningRateFactor = 0.5 }]).Step();

        parameters["0.W"].Value[0].Should().BeApproximately(1 - Rate * Decay, 1e-15);
        parameters["0.R"].Value[0].Should().BeApproximately(1 - 0.5 * Rate * Decay, 1e-15);
    }

    [Fact]
    public void Every_number_has_the_factor_and_decay_of_its_parameter()
    {
        ParameterCollection<double> parameters = Model.Parameters;
        double[] before = Numbers.Random(parameters.Values.Length), gradients = Numbers.Random(parameters.Values.Length, seed: 4);
        before.CopyTo(parameters.Values);
        gradients.CopyTo(parameters.Gradients);
        Dictionary<string, double> factors = new() { ["0.R"] = 0.25, ["0.gain"] = 0, ["1.b"] = 3 };
        ParameterGroup<double>[] groups =
            [.. factors.Select(factor => new ParameterGroup<double>(p => p.Name == factor.Key) { LearningRateFactor = factor.Value })];

        Create("sgd", parameters, groups).Step();

        int k = 0;
        foreach (Parameter<double> parameter in parameters)
        {
            double factor = factors.GetValueOrDefault(parameter.Name, 1), decay = parameter.IsMatrix ? Decay : 0;
            foreach (double value in parameter.Value)
            {
                value.Should().BeApproximately(before[k] - factor * Rate * (gradients[k] + decay * before[k]), 1e-15, parameter.Name);
                k++;
            }
        }

        parameters.Gradients.ContainsAnyExcept(0).Should().BeFalse("a step clears the gradients");
    }

    /// <summary>Optimisers work on each number by itself, so a group is trained as in a run that has its options for all.</summary>
    [Theory]
    [MemberData(nameof(RememberingOptimizers))]
    public void Every_group_keeps_its_own_moments(string name)
    {
        ParameterCollection<double> grouped = Model.Parameters, whole = Model.Parameters, slower = Model.Parameters;
        OptimizerCases.Train(Create(name, grouped, [new(p => p.Name is "0.R" or "1.W") { LearningRateFactor = 0.5 }]), 0, 4);
        OptimizerCases.Train(Create(name, whole, []), 0, 4);
        OptimizerCases.Train(Create(name, slower, [new(_ => true) { LearningRateFactor = 0.5 }]), 0, 4);

        foreach (Parameter<double> parameter in grouped)
        {
            ParameterCollection<double> expected = parameter.Name is "0.R" or "1.W" ? slower : whole;
            parameter.Value.ToArray().Should().Equal(expected[parameter.Name].Value.ToArray(), parameter.Name);
        }
    }

    [Fact]
    public void A_group_without_parameters_is_named()
    {
        Action create = () => _ = new Sgd<double>(Model.Parameters, 0.1, groups: [new(p => p.Name == "2.W")]);

        create.Should().Throw<ArgumentException>().WithMessage("*p => p.Name == \"2.W\"*0.W?12,2?*").WithParameterName("groups");
    }

    [Fact]
    public void Groups_that_overlap_are_named()
    {
        Action create = () => _ = new Adam<double>(
            Model.Parameters, groups: [new(p => p.Shape.Length == 1, "vectors"), new(p => p.Name.EndsWith('b'), "biases")]);

        create.Should().Throw<ArgumentException>().WithMessage("*'vectors' and 'biases'*1.b?2?*").WithParameterName("groups");
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Action[] creations =
        [
            () => _ = new ParameterGroup<double>(_ => true) { LearningRateFactor = -1 },
            () => _ = new ParameterGroup<double>(_ => true) { LearningRateFactor = double.NaN },
            () => _ = new ParameterGroup<double>(_ => true) { WeightDecay = -1 },
            () => _ = new ParameterGroup<double>(_ => true) { WeightDecay = double.PositiveInfinity },
        ];
        Action[] nulls = [() => _ = new ParameterGroup<double>(null!), () => _ = new Sgd<double>(Model.Parameters, 0.1, groups: [null!])];

        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>());
        nulls.Should().AllSatisfy(create => create.Should().Throw<ArgumentNullException>());
    }

    private static Optimizer<double> Create(string name, ParameterCollection<double> parameters, IReadOnlyList<ParameterGroup<double>> groups) => name switch
    {
        "sgd" => new Sgd<double>(parameters, Rate, weightDecay: Decay, groups: groups),
        "momentum" => new Sgd<double>(parameters, Rate, momentum: 0.9, groups: groups),
        "rmsprop-centered-momentum" => new RmsProp<double>(parameters, Rate, momentum: 0.9, centered: true, groups: groups),
        "rmsprop" => new RmsProp<double>(parameters, Rate, weightDecay: Decay, groups: groups),
        "adagrad" => new Adagrad<double>(parameters, Rate, weightDecay: Decay, groups: groups),
        "adam" => new Adam<double>(parameters, Rate, weightDecay: Decay, groups: groups),
        "adamw" => new AdamW<double>(parameters, Rate, weightDecay: Decay, groups: groups),
        _ => throw new ArgumentException($"There is no optimiser '{name}'.", nameof(name)),
    };
}

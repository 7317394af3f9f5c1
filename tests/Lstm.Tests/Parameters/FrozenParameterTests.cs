using Lstm.Tests.Optimizers;

namespace Lstm.Tests.Parameters;

/// <summary>A frozen parameter has no gradient and takes part in nothing; all others are as if it were not frozen.</summary>
public sealed class FrozenParameterTests
{
    private const int Steps = 4, Batch = 3;

    private static readonly Dictionary<string, Func<Layer<double>>> s_layers = new()
    {
        ["dense"] = () => new Dense<double>(3, 2),
        ["embedding"] = () => new Embedding<double>(3, 2),
        ["lstm"] = () => new LstmLayer<double>(3, 4, new() { Peepholes = true, LearnInitialState = true }),
        ["lstm-projection-history"] = () => new LstmLayer<double>(3, 4, new() { Projection = 2, FullGateRecurrence = true }),
        ["lstm-norm"] = () => new LstmLayer<double>(3, 4, new() { LayerNorm = new() { Gates = GatePlacement.Split, Bias = true } }),
        ["lstm-norm-joint"] = () => new LstmLayer<double>(3, 4, new() { LayerNorm = new() { Gates = GatePlacement.Joint, Bias = true } }),
        ["lstm-dropped"] = () => new LstmLayer<double>(3, 4, new() { WeightDropout = 0.4 }),
        ["gru"] = () => new GruLayer<double>(3, 4, new() { ResetAfter = false, LearnInitialState = true }),
        ["rnn"] = () => new RnnLayer<double>(3, 4, new() { LearnInitialState = true }),
        ["bidirectional"] = () => new Bidirectional<double>(() => new LstmLayer<double>(3, 2)),
        ["residual"] = () => new Residual<double>(new GruLayer<double>(3, 3, new() { ResetAfter = false }), new Dense<double>(3, 3)),
    };

    public static TheoryData<string, bool> Layers
    {
        get
        {
            TheoryData<string, bool> rows = [];
            foreach ((string name, Func<Layer<double>> create) in s_layers)
            {
                if (create().AcceptsValues)
                {
                    rows.Add(name, false);
                }

                if (create().AcceptsTokens)
                {
                    rows.Add(name, true);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void The_gradients_of_all_others_keep_their_bits(string name, bool tokens)
    {
        double[] all = Gradients(name, tokens, frozen: null, out int parameters, out double[] inputGradient);
        for (int frozen = 0; frozen < parameters; frozen++)
        {
            double[] others = Gradients(name, tokens, frozen, out _, out double[] sameInputGradient);
            ParameterCollection<double> shape = new Sequential<double>(s_layers[name]()).Parameters;
            int start = 0;
            for (int k = 0; k < parameters; k++)
            {
                int end = start + shape[k].Length;
                if (k == frozen)
                {
                    others[start..end].Should().OnlyContain(g => g == 0, "{0} is frozen", shape[k].Name);
                    all[start..end].Should().Contain(g => g != 0);
                }
                else
                {
                    others[start..end].Should().Equal(all[start..end], "{0} is not frozen, as {1} is", shape[k].Name, shape[frozen].Name);
                }

                start = end;
            }

            sameInputGradient.Should().Equal(inputGradient);
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void The_gradient_check_leaves_it_out(string name, bool tokens)
    {
        Layer<double> layer = s_layers[name]();
        Sequential<double> model = new(layer, new Dense<double>(layer.OutputSize, 2));
        string[] all = [.. GradientCheck.Run(model, Steps, Batch, tokens: tokens).Tensors.Select(tensor => tensor.Name)];
        model.Parameters[0].IsFrozen = true;

        GradientCheckReport report = GradientCheck.Run(model, Steps, Batch, tokens: tokens);

        report.ThrowIfWorseThan(1e-7);
        report.Tensors.Select(tensor => tensor.Name).Should().Equal(all.Where(tensor => tensor != model.Parameters[0].Name));
    }

    [Fact]
    public void Freezing_clears_the_gradient_and_may_come_before_the_model()
    {
        Dense<double> dense = new(2, 2);
        dense.Bias.IsFrozen = true;
        Sequential<double> model = new(dense);
        model.Parameters.Gradients.Fill(1);
        model.Parameters["0.W"].IsFrozen = true;

        model.Parameters["0.W"].Gradient.ToArray().Should().OnlyContain(g => g == 0);
        model.Parameters["0.b"].IsFrozen.Should().BeTrue();
        Bptt<double> bptt = new(model, 1, 1);
        model.Parameters.ClearGradients();
        bptt.Forward(new double[] { 1, 2 });
        bptt.OutputGradient.Fill(1);
        bptt.Backward();
        model.Parameters.Gradients.ToArray().Should().OnlyContain(g => g == 0);
    }

    [Fact]
    public void Norms_and_clipping_pass_it_by()
    {
        ParameterCollection<float> parameters = new Sequential<float>(new Dense<float>(2, 3), new Dense<float>(3, 2)).Parameters;
        parameters["0.W"].IsFrozen = parameters["0.b"].IsFrozen = true;
        void Fill()
        {
            parameters.Gradients.Fill(0.1f);
            parameters["0.W"].Gradient.Fill(1000);
            parameters["0.b"].Gradient.Fill(float.NaN);
        }

        Fill();
        GradientClipping.GlobalNorm(parameters).Should().BeApproximately(0.1 * Math.Sqrt(8), 1e-7);
        GradientClipping.ByGlobalNorm(parameters, 0.1).Should().BeApproximately(0.1 * Math.Sqrt(8), 1e-7);
        parameters["1.W"].Gradient[0].Should().BeApproximately((float)(0.1 / Math.Sqrt(8)), 1e-7f);
        Fill();
        GradientClipping.ByNorm(parameters, 1).Should().BeApproximately(0.1 * Math.Sqrt(6), 1e-7);
        GradientClipping.ByValue(parameters, 0.05);
        parameters["1.b"].Gradient[0].Should().Be(0.05f);
        parameters["0.W"].Gradient[0].Should().Be(1000);
    }

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void Optimisers_keep_its_moments_and_go_on_from_them(string name)
    {
        Optimizer<float> optimizer = OptimizerCases.Create(name, OptimizerCases.Model<float>().Parameters);
        Optimizer<float> never = OptimizerCases.Create(name, OptimizerCases.Model<float>().Parameters);
        Parameter<float> frozen = optimizer.Parameters["0.R"];
        OptimizerCases.Train(optimizer, 0, 3);
        OptimizerCases.Train(never, 0, 3);
        float[] moments = MomentsOf(optimizer, "0.R");

        frozen.IsFrozen = true;
        OptimizerCases.Train(optimizer, 3, 6);
        float[] others = Others(optimizer, "0.R");
        OptimizerCases.Train(never, 3, 6);

        others.Should().Equal(Others(never, "0.R"), "each number is trained by itself");
        MomentsOf(optimizer, "0.R").Should().Equal(moments);
        NamedState<float> state = optimizer.State.Copy();
        Optimizer<float> resumed = OptimizerCases.Create(name, OptimizerCases.Model<float>().Parameters);
        resumed.Restore(state);
        optimizer.Parameters.Values.CopyTo(resumed.Parameters.Values);
        frozen.IsFrozen = false;
        OptimizerCases.Train(optimizer, 6, 8);
        OptimizerCases.Train(resumed, 6, 8);

        resumed.Parameters.Values.ToArray().Should().Equal(optimizer.Parameters.Values.ToArray());
        frozen.Value.ToArray().Should().NotEqual(never.Parameters["0.R"].Value.ToArray());
    }

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void Optimisers_neither_move_nor_decay_it_and_clear_its_gradient(string name)
    {
        Optimizer<float> optimizer = OptimizerCases.Create(name, OptimizerCases.Model<float>().Parameters);
        foreach (Parameter<float> parameter in optimizer.Parameters)
        {
            parameter.IsFrozen = parameter.Name != "1.b";
        }

        float[] before = optimizer.Parameters.Values.ToArray();
        OptimizerCases.SetGradients(optimizer.Parameters, step: 1);
        optimizer.Parameters["0.W"].Gradient[0] = float.NaN;
        optimizer.Step();

        float[] after = optimizer.Parameters.Values.ToArray();
        after[..^4].Should().Equal(before[..^4]);
        after[^4..].Should().NotIntersectWith(before[^4..]);
        optimizer.Parameters.Gradients.ToArray().Should().OnlyContain(g => g == 0);
    }

    [Fact]
    public void Averages_leave_it_alone()
    {
        ParameterCollection<float> parameters = OptimizerCases.Model<float>().Parameters;
        WeightAverage<float> average = WeightAverage<float>.Exponential(parameters, 0.5);
        Sgd<float> sgd = new(parameters, 0.1);
        void Train(int from, int to)
        {
            for (int step = from; step < to; step++)
            {
                OptimizerCases.Train(sgd, step, step + 1);
                average.Update();
            }
        }

        Train(0, 3);
        float[] weights = parameters["0.R"].Value.ToArray(), averaged = Averaged("0.R");
        parameters["0.R"].IsFrozen = true;
        Train(3, 6);
        using (average.Apply())
        {
            parameters["0.R"].Value.ToArray().Should().Equal(weights);
            parameters["0.R"].IsFrozen = false;
        }

        parameters["0.R"].Value.ToArray().Should().Equal(weights);
        Averaged("0.R").Should().Equal(averaged);

        float[] Averaged(string name) => average.State.Tensors.First(tensor => tensor.Name == "average." + name).Values.ToArray();
    }

    [Fact]
    public void A_frozen_layer_below_all_trained_ones_is_not_gone_back_through_and_changes_no_bits()
    {
        float[] Run(bool freeze)
        {
            Sequential<float> model = new(
                new Embedding<float>(5, 4), new Dense<float>(4, 4), new LstmLayer<float>(4, 3), new Dense<float>(3, 2));
            model.Initialize(seed: 2);
            foreach (Parameter<float> parameter in model.Parameters.Where(parameter => parameter.Name[0] is '0' or '1'))
            {
                parameter.IsFrozen = freeze;
            }

            Bptt<float> bptt = new(model, Steps, Batch);
            bptt.ForwardTokens([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]);
            bptt.OutputGradient.Fill(0.5f);
            bptt.Backward();
            model.Parameters["0.E"].Gradient.ContainsAnyExcept(0f).Should().Be(!freeze);
            return [.. model.Parameters["2.W"].Gradient, .. model.Parameters["2.R"].Gradient, .. model.Parameters["3.W"].Gradient];
        }

        Run(freeze: true).Should().Equal(Run(freeze: false));
    }

    /// <summary>Token ids have no gradient, which would be a reason of its own to go back through the layer.</summary>
    [Fact]
    public void A_frozen_first_layer_still_has_the_gradients_of_its_initial_states()
    {
        double[] Run(bool freeze)
        {
            Sequential<double> model = new(new LstmLayer<double>(5, 3), new Dense<double>(3, 2));
            model.Initialize(seed: 2);
            foreach (Parameter<double> parameter in model.Parameters.Where(parameter => parameter.Name[0] == '0'))
            {
                parameter.IsFrozen = freeze;
            }

            Bptt<double> bptt = new(model, Steps, Batch);
            bptt.ForwardTokens([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]);
            bptt.OutputGradient.Fill(0.5);
            bptt.Backward();
            return [.. bptt.State("0.h").InitialGradient, .. bptt.State("0.c").InitialGradient];
        }

        Run(freeze: true).Should().Equal(Run(freeze: false)).And.OnlyContain(gradient => gradient != 0);
    }

    [Fact]
    public void A_warm_step_of_a_partly_frozen_model_allocates_nothing()
    {
        Sequential<float> model = new(new Embedding<float>(5, 4), new LstmLayer<float>(4, 3), new Dense<float>(3, 2));
        model.Parameters["0.E"].IsFrozen = model.Parameters["1.b"].IsFrozen = true;
        Bptt<float> bptt = new(model, Steps, Batch, new() { Threads = 1 });
        Adam<float> adam = new(model.Parameters) { Threads = 1 };
        int[] tokens = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1];

        Allocations.LeastOf(() =>
        {
            bptt.ForwardTokens(tokens);
            bptt.OutputGradient.Fill(0.5f);
            bptt.Backward();
            GradientClipping.ByNorm(model.Parameters, 1);
            GradientClipping.ByGlobalNorm(model.Parameters, 1);
            adam.Step();
        }).Should().Be(0);
    }

    private static double[] Gradients(string name, bool tokens, int? frozen, out int parameters, out double[] inputGradient)
    {
        Sequential<double> model = new(s_layers[name]());
        model.Initialize(seed: 8);
        if (frozen is int index)
        {
            model.Parameters[index].IsFrozen = true;
        }

        foreach (ref double value in model.Parameters.Values)
        {
            value += 0.1;
        }

        Bptt<double> bptt = new(model, Steps, Batch);
        for (int window = 0; window < 2; window++)
        {
            if (tokens)
            {
                bptt.ForwardTokens([0, 1, 2, 2, 1, 0, 1, 1, 1, 0, 2, 0]);
            }
            else
            {
                bptt.Forward(Numbers.Random(Steps * Batch * 3, seed: (ulong)window));
            }

            Numbers.Random(bptt.OutputGradient.Length, seed: 6).CopyTo(bptt.OutputGradient);
            bptt.Backward();
        }

        parameters = model.Parameters.Count;
        inputGradient = tokens ? [] : bptt.InputGradient.ToArray();
        return model.Parameters.Gradients.ToArray();
    }

    private static float[] MomentsOf(Optimizer<float> optimizer, string parameter) =>
        [.. optimizer.State.Tensors.Where(tensor => tensor.Name.EndsWith("." + parameter, StringComparison.Ordinal))
            .SelectMany(tensor => tensor.Values.ToArray())];

    private static float[] Others(Optimizer<float> optimizer, string parameter) =>
        [.. optimizer.Parameters.Where(other => other.Name != parameter)
            .SelectMany(other => other.Value.ToArray().Concat(MomentsOf(optimizer, other.Name)))];
}

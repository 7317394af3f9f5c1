using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Subnormals;

/// <summary>
/// Where gradients vanish and states decay, no buffer ever holds a subnormal number, on which many chips take a hundred times as long.
/// </summary>
public sealed class SubnormalTests
{
    private const int InputSize = 2, HiddenSize = 24, Batch = 3;

    public static TheoryData<string> Subjects =>
    [
        "lstm", "peepholes", "layer norm", "layer norm, carried", "coupled", "full gate recurrence", "projection", "cell clip", "zoneout",
        "dropout", "initial state", "saturated", "gru", "gru, reset before", "gru, saturated", "gru, reset before, saturated", "rnn",
        "rnn, relu", "stack",
    ];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Gradients_that_vanish_become_0(string subject)
    {
        // Windows of many lengths: gradients that are kept for one step alone are seen on their whole way to 0.
        Vanish<float>(subject, from: 1, to: 160, every: 2);
        Vanish<double>(subject, from: 200, to: 1500, every: 50);
    }

    [Theory]
    [InlineData("saturated")]
    [InlineData("gru, saturated")]
    public void Sums_of_gradients_that_are_too_small_are_0(string subject)
    {
        Vanish<float>(subject, from: 1, to: 1, every: 1, outputGradient: Math.ScaleB(1, -99));
        Vanish<double>(subject, from: 1, to: 1, every: 1, outputGradient: Math.ScaleB(1, -1000));
    }

    [Fact]
    public void Limits_are_powers_of_two()
    {
        ((double)SmallNumbers.Limit<float>()).Should().Be(Math.ScaleB(1, -100));
        SmallNumbers.Limit<double>().Should().Be(Math.ScaleB(1, -960));
        ((double)SmallNumbers.RootLimit<float>()).Should().Be(Math.ScaleB(1, -54));
        SmallNumbers.RootLimit<double>().Should().Be(Math.ScaleB(1, -480));
        ((double)SmallNumbers.SquareLimit<float>()).Should().Be(Math.ScaleB(1, -120));
        SmallNumbers.SquareLimit<double>().Should().Be(Math.ScaleB(1, -1010));
    }

    [Fact]
    public void Gradients_that_a_limit_scales_down_become_0()
    {
        Sequential<float> model = Model<float>("saturated");
        Bptt<float> bptt = new(model, 4, Batch, new BpttOptions { StepClipping = new() { PreActivationNorm = 1e-31 } });
        bptt.Forward(Random<float>(4 * Batch * InputSize));
        bptt.OutputGradient.Fill(1);

        bptt.Backward();

        NumberWalk.Of<float>(bptt, model).Subnormal.Should().BeEmpty();
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("rnn")]
    public void The_gradients_of_these_models_do_vanish(string subject)
    {
        // Else the tests above would see nothing.
        const int Steps = 400;
        Sequential<float> model = Model<float>(subject);
        Bptt<float> bptt = new(model, Steps, Batch);
        bptt.Forward(Random<float>(Steps * Batch * InputSize));
        bptt.OutputGradient[^(Batch * HiddenSize)..].Fill(1);

        bptt.Backward();

        bptt.InputGradient[..(Batch * InputSize)].ContainsAnyExcept(0f).Should().BeFalse("the gradient becomes 0");
        bptt.InputGradient.ToArray().Where(value => value != 0).Min(Math.Abs).Should().BeLessThan(1e-20f, "it becomes small before that");
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("peepholes")]
    [InlineData("projection")]
    [InlineData("gru")]
    [InlineData("rnn")]
    public void States_that_decay_become_0(string subject)
    {
        Decay<float>(subject);
        Decay<double>(subject);
    }

    public static TheoryData<string> Optimizers =>
    [
        "sgd", "momentum", "nesterov", "adam", "adamw", "adagrad", "rmsprop", "rmsprop, centered",
    ];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Moments_without_gradients_become_0(string name)
    {
        Idle<float>(name, decay: 0);
        Idle<double>(name, decay: 0);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Moments_of_vanishing_gradients_become_0(string name)
    {
        Idle<float>(name, decay: 0.9);
        Idle<double>(name, decay: 0.3);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Squares_of_gradients_that_were_never_larger_are_0(string name)
    {
        Idle<float>(name, decay: 0, first: Math.ScaleB(1, -64), steps: 1);
        Idle<double>(name, decay: 0, first: Math.ScaleB(1, -512), steps: 1);
    }

    [Fact]
    public void A_step_is_bounded_where_squares_do_not_count()
    {
        // (1-β2) g² is below the limit for ever: a step divided by ε alone would be 3.6 times the learning rate.
        Sequential<float> model = new(new Dense<float>(1, 1));
        model.Initialize(1);
        Adam<float> adam = new(model.Parameters, learningRate: 0.25, beta1: 0, beta2: 0.99999, epsilon: 1e-16);
        float before = model.Parameters.Values[0];
        model.Parameters.Gradients.Fill(2e-16f);

        adam.Step();

        Math.Abs(model.Parameters.Values[0] - before).Should().BeInRange(0.1f, 0.26f);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adamw")]
    public void Weights_that_decay_become_0(string name)
    {
        DecayWeights<float>(name);
        DecayWeights<double>(name);
    }

    private static void DecayWeights<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new(new Dense<T>(7, 9));
        model.Initialize(2);
        Optimizer<T> optimizer = name == "sgd"
            ? new Sgd<T>(model.Parameters, learningRate: 0.5, weightDecay: 1)
            : new AdamW<T>(model.Parameters, learningRate: 0.5, weightDecay: 1);
        for (int step = 0; step < 1200; step++)
        {
            model.Parameters.ClearGradients();
            optimizer.Step();
            model.Parameters.ClearGradients();
            NumberWalk.Of<T>(optimizer, model).Subnormal.Should().BeEmpty("after step {0}", step);
        }

        model.Parameters["0.W"].Value.ContainsAnyExcept(T.Zero).Should().BeFalse("half of a weight is left after each step");
    }

    private static void Idle<T>(string name, double decay, double first = 1, int? steps = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new(new Embedding<T>(5, 7), new LstmLayer<T>(7, 9), new Dense<T>(9, 4));
        model.Initialize(2);
        ParameterCollection<T> parameters = model.Parameters;
        Optimizer<T> optimizer = name switch
        {
            "sgd" => new Sgd<T>(parameters, 0.01),
            "momentum" => new Sgd<T>(parameters, 0.01, momentum: 0.9),
            "nesterov" => new Sgd<T>(parameters, 0.01, momentum: 0.9, nesterov: true),
            "adam" => new Adam<T>(parameters),
            "adamw" => new AdamW<T>(parameters, beta2: 0.9, weightDecay: 0.5),
            "adagrad" => new Adagrad<T>(parameters),
            "rmsprop" => new RmsProp<T>(parameters, momentum: 0.9),
            "rmsprop, centered" => new RmsProp<T>(parameters, decay: 0.9, centered: true),
            _ => throw new ArgumentException(name),
        };
        WeightAverage<T> average = WeightAverage<T>.Exponential(parameters, decay: 0.9);
        WeightAverage<T> quick = WeightAverage<T>.Exponential(parameters, decay: 0.3);
        T[] gradient = Array.ConvertAll(Random<T>(parameters.Length), value => value * T.CreateTruncating(first));
        int most = steps ?? (typeof(T) == typeof(float) ? 2000 : 8000);
        for (int step = 0; step < most; step++)
        {
            gradient.CopyTo(parameters.Gradients);
            optimizer.Step();
            average.Update();
            quick.Update();
            // The gradients are those of the test: what an optimiser makes of them counts.
            parameters.Gradients.Clear();
            NumberWalk.Of<T>(optimizer, average, quick).Subnormal.Should().BeEmpty("after step {0}", step);
            foreach (ref T element in gradient.AsSpan())
            {
                element *= T.CreateTruncating(decay);
            }

            if (step == 0)
            {
                // From here on these weights, and their average, go to 0.
                parameters["0.E"].Value.Clear();
            }
        }
    }

    private static void Vanish<T>(string subject, int from, int to, int every, double outputGradient = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = Model<T>(subject);
        for (int steps = from; steps <= to; steps += every)
        {
            Bptt<T> bptt = new(model, steps, Batch, new BpttOptions { Threads = 2 });
            model.Parameters.ClearGradients();
            bptt.Forward(Random<T>(steps * Batch * InputSize));
            bptt.OutputGradient[^(Batch * model.Layers[^1].OutputSize)..].Fill(T.CreateTruncating(outputGradient));

            bptt.Backward();

            (long count, List<string> subnormal) = NumberWalk.Of<T>(bptt, model);
            subnormal.Should().BeEmpty("in a window of {0} steps", steps);
            count.Should().BeGreaterThan(steps * Batch * HiddenSize, "the walk should see the activations");
        }
    }

    private static void Decay<T>(string subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = Model<T>(subject);
        Bptt<T> bptt = new(model, 1, Batch, new BpttOptions { ForwardOnly = true });
        foreach (RecurrentState<T> state in bptt.States)
        {
            state.Set(Random<T>(state.Value.Length));
        }

        foreach (Parameter<T> bias in model.Parameters.Where(parameter => parameter.Name.EndsWith(".b", StringComparison.Ordinal)))
        {
            // No input, no candidate: the state decays alone. The forget gate stays where it is.
            int gate = bias.Value.Length / 4 * (subject is "gru" or "rnn" ? 0 : 1);
            bias.Value[..gate].Fill(T.Zero);
        }

        for (int step = 0; step < 20_000; step++)
        {
            bptt.Forward(new T[Batch * InputSize]);
            foreach (RecurrentState<T> state in bptt.States)
            {
                state.Value.ToArray().Should().NotContain(value => IsSubnormal(value), "in step {0}", step);
            }

            if (step % 20 == 0)
            {
                NumberWalk.Of<T>(bptt).Subnormal.Should().BeEmpty("in step {0}", step);
            }

            if (bptt.States.All(state => !state.Value.ContainsAnyExcept(T.Zero)))
            {
                return;
            }
        }

        Assert.Fail("The states never decayed.");
    }

    private static Sequential<T> Model<T>(string subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LstmOptions lstm = new() { ForgetBias = -3 };
        Layer<T>[] layers = subject switch
        {
            "lstm" => [Lstm(lstm)],
            "peepholes" => [Lstm(lstm with { Peepholes = true, PeepholeInitializer = Initializer.Uniform(0.1) })],
            "layer norm" => [Lstm(lstm with { LayerNorm = new() })],
            "layer norm, carried" => [Lstm(lstm with { LayerNorm = new() { Cell = CellPlacement.Carried } })],
            "coupled" => [Lstm(lstm with { CoupledGates = true })],
            "full gate recurrence" => [Lstm(lstm with { FullGateRecurrence = true })],
            "projection" => [Lstm(lstm with { Projection = 8 })],
            "cell clip" => [Lstm(lstm with { CellClip = 0.5 })],
            "zoneout" => [Lstm(lstm with { ZoneoutCell = 0.1, ZoneoutHidden = 0.1 })],
            "dropout" => [Lstm(lstm with { RecurrentDropout = 0.2, HiddenDropout = 0.2, WeightDropout = 0.2 })],
            "initial state" => [Lstm(lstm with { LearnInitialState = true })],
            "saturated" => [Lstm(lstm)],
            "gru" or "gru, saturated" => [new GruLayer<T>(InputSize, HiddenSize)],
            "gru, reset before" or "gru, reset before, saturated" => [new GruLayer<T>(InputSize, HiddenSize, new() { ResetAfter = false })],
            "rnn" => [new RnnLayer<T>(InputSize, HiddenSize)],
            "rnn, relu" => [new RnnLayer<T>(InputSize, HiddenSize, new() { Activation = Activation.Relu })],
            "stack" => [Lstm(lstm), new LstmLayer<T>(HiddenSize, HiddenSize, lstm), new Dense<T>(HiddenSize, 3)],
            _ => throw new ArgumentException(subject),
        };
        Sequential<T> model = new(layers);
        model.Initialize(3);
        foreach (Parameter<T> weights in model.Parameters.Where(parameter => parameter.Name.EndsWith(".R", StringComparison.Ordinal)))
        {
            foreach (ref T weight in weights.Value)
            {
                weight *= T.CreateTruncating(0.3);
            }
        }

        if (subject.Contains("saturated", StringComparison.Ordinal))
        {
            // The slope of such a gate is about 1e-7 in float, 1e-16 in double: z of a GRU near 0, o of an LSTM near 1.
            Span<T> bias = model.Parameters["0.b"].Value;
            double saturating = typeof(T) == typeof(float) ? 16 : 36;
            Span<T> gate = subject == "saturated" ? bias[(3 * HiddenSize)..] : bias.Slice(HiddenSize, HiddenSize);
            gate.Fill(T.CreateTruncating(subject == "saturated" ? saturating : -saturating));
        }

        return model;

        LstmLayer<T> Lstm(LstmOptions options) => new(InputSize, HiddenSize, options);
    }

    private static bool IsSubnormal<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.IsSubnormal(value);

    private static T[] Random<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(5);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
    }
}

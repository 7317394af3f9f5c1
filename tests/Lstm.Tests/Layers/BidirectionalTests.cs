namespace Lstm.Tests.Layers;

public sealed class BidirectionalTests
{
    private const int Steps = 5;
    private const int Batch = 3;
    private const int InputSize = 2;

    private static readonly int[] s_lengths = [3, 5, 1];

    [Fact]
    public void Parameters_and_states_are_named_by_their_direction()
    {
        Sequential<float> model = new(new Bidirectional<float>(new LstmLayer<float>(2, 3), new RnnLayer<float>(2, 4)));

        model.Parameters.Select(parameter => parameter.Name).Should().Equal(
            "0.forward.W", "0.forward.R", "0.forward.b", "0.backward.W", "0.backward.R", "0.backward.b");
        model.Parameters["0.backward.W"].Shape.ToArray().Should().Equal(4, 2);
        new Bptt<float>(model, steps: 1, batch: 1).States.Select(state => state.Name).Should().Equal("0.forward.h", "0.forward.c", "0.backward.h");
    }

    /// <summary>Both layers by themselves, one on the sequence turned around at its own end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_direction_is_computed_as_if_it_were_alone(bool lengths)
    {
        int[] ends = lengths ? s_lengths : [Steps, Steps, Steps];
        Bidirectional<double> layer = new(() => new LstmLayer<double>(InputSize, 4));
        Sequential<double> model = new(layer), alone = new(new LstmLayer<double>(InputSize, 4));
        Bptt<double> both = new(model, Steps, Batch);
        double[] x = Numbers.Random(Steps * Batch * InputSize), y = both.Forward(x, ends).ToArray();

        foreach ((string direction, int column) in new[] { ("forward", 0), ("backward", 4) })
        {
            foreach (string name in new[] { "W", "R", "b" })
            {
                model.Parameters[$"0.{direction}.{name}"].Value.CopyTo(alone.Parameters[$"0.{name}"].Value);
            }

            Bptt<double> single = new(alone, Steps, Batch);
            double[] own = single.Forward(column == 0 ? x : Reverse(x, InputSize, ends), ends).ToArray();
            double[] expected = column == 0 ? own : Reverse(own, 4, ends);

            Columns(y, 8, column, 4).Should().Equal(expected);
            both.State($"0.{direction}.c").Value.ToArray().Should().Equal(single.State("0.c").Value.ToArray());
        }
    }

    [Fact]
    public void The_forward_direction_carries_its_state_on_and_the_backward_direction_starts_anew()
    {
        Bptt<double> bptt = new(Model(learned: false), Steps, Batch), fresh = new(Model(learned: false), Steps, Batch);
        double[] x = Numbers.Random(Steps * Batch * InputSize);
        double[] first = bptt.Forward(x).ToArray(), second = bptt.Forward(x).ToArray();

        Columns(second, 8, 4, 4).Should().Equal(Columns(first, 8, 4, 4));
        Columns(second, 8, 0, 4).Should().NotEqual(Columns(first, 8, 0, 4));
        bptt.State("0.backward.h").Value.ToArray().Should().Equal(Columns(second, 8, 4, 4)[..(Batch * 4)], "it ends with the first step");

        double[] half = [.. Enumerable.Repeat(0.5, Batch * 4)];
        fresh.State("0.backward.h").Set(half);
        double[] expected = fresh.Forward(x).ToArray();
        bptt.State("0.backward.h").Value[0] += 1e-9;
        Columns(bptt.Forward(x).ToArray(), 8, 4, 4).Should().Equal(Columns(first, 8, 4, 4), "the value that a window left is not carried on");
        bptt.State("0.backward.h").Set(half);
        Columns(bptt.Forward(x).ToArray(), 8, 4, 4).Should().Equal(Columns(expected, 8, 4, 4), "a state that is set is started from");
        Columns(expected, 8, 4, 4).Should().NotEqual(Columns(first, 8, 4, 4));
    }

    [Fact]
    public void A_trained_initial_state_is_that_of_every_window_of_the_backward_direction()
    {
        Sequential<double> model = Model(learned: true);
        model.Parameters["0.forward.h0"].Value.Fill(0.3);
        model.Parameters["0.backward.h0"].Value.Fill(0.3);
        Bptt<double> bptt = new(model, Steps, Batch);
        double[] x = Numbers.Random(Steps * Batch * InputSize);
        double[] first = bptt.Forward(x).ToArray(), second = bptt.Forward(x).ToArray();
        bptt.OutputGradient.Fill(1);
        bptt.Backward();

        Columns(second, 8, 4, 4).Should().Equal(Columns(first, 8, 4, 4));
        model.Parameters["0.backward.h0"].Gradient.ContainsAnyExcept(0).Should().BeTrue();
        model.Parameters["0.forward.h0"].Gradient.ContainsAnyExcept(0).Should().BeFalse("the second window goes on from the first");
    }

    [Fact]
    public void Token_ids_are_one_hot_vectors()
    {
        Sequential<double> model = new(new Bidirectional<double>(() => new GruLayer<double>(4, 3, new() { ResetAfter = false })));
        int[] tokens = [0, 3, 1, 2, 2, 0, 3, 1];
        double[] oneHot = new double[tokens.Length * 4];
        for (int k = 0; k < tokens.Length; k++)
        {
            oneHot[k * 4 + tokens[k]] = 1;
        }

        double[] expected = new Bptt<double>(model, steps: 4, batch: 2).Forward(oneHot, [4, 2]).ToArray();

        new Bptt<double>(model, steps: 4, batch: 2).ForwardTokens(tokens, [4, 2]).ToArray().Should().Equal(expected);
    }

    [Fact]
    public void A_direction_of_the_first_layer_may_be_an_embedding()
    {
        Sequential<float> model = new(new Bidirectional<float>(new Embedding<float>(5, 2), new LstmLayer<float>(5, 3)));

        new Bptt<float>(model, steps: 2, batch: 1).ForwardTokens([4, 0]).Length.Should().Be(10);
        model.Invoking(m => new Bptt<float>(m, steps: 1, batch: 1).Forward(new float[5])).Should().Throw<ArgumentException>().WithMessage("*token ids*");
    }

    /// <summary>The steps of the backward direction are counted as it reads them: its first is the last of the sequence.</summary>
    [Fact]
    public void Traces_show_both_directions()
    {
        Bptt<double> bptt = new(Model(learned: false), Steps, Batch);
        using BackwardTrace<double> trace = new(bptt, sequence: 1);
        bptt.Forward(Numbers.Random(Steps * Batch * InputSize));
        bptt.OutputGradient[..(Batch * 8)].Fill(1);
        bptt.Backward();

        trace.Layers.Select(layer => layer.Name).Should().Equal("0.forward", "0.backward");
        trace.Layers[0].Steps[0]["dh"].ToArray().Should().OnlyContain(value => value == 1);
        trace.Layers[0].Steps[1]["dh"].ToArray().Should().OnlyContain(value => value == 0);
        trace.Layers[1].Steps[Steps - 1]["dh"].ToArray().Should().OnlyContain(value => value == 1);
    }

    [Fact]
    public void Windows_in_segments_are_refused()
    {
        Sequential<float> model = new(new Residual<float>(new Bidirectional<float>(() => new RnnLayer<float>(4, 2))));
        Action[] creations =
        [
            () => _ = new Bptt<float>(model, steps: 4, batch: 1, new() { SegmentSteps = 2 }),
            () => _ = new Bptt<float>(model, steps: 4, batch: 1, new() { Recompute = true }),
            () => _ = new Bptt<float>(model, steps: 4, batch: 1, new() { BackwardSteps = 8 }),
        ];

        creations.Should().AllSatisfy(create =>
            create.Should().Throw<ArgumentException>().WithParameterName("options").WithMessage("*in one piece*whole sequences*"));
        _ = new Bptt<float>(model, steps: 4, batch: 1, new() { Recompute = true, SegmentSteps = 4 });
    }

    [Fact]
    public void Steps_one_by_one_are_refused()
    {
        Action create = () => _ = new StreamingModel<float>(
            new Sequential<float>(new Dense<float>(4, 4), new Residual<float>(new Bidirectional<float>(() => new RnnLayer<float>(4, 2)))));

        create.Should().Throw<ArgumentException>().WithMessage("Layer 1 needs whole sequences*");
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        RnnLayer<float> layer = new(2, 3), bound = new(2, 3), part = new(2, 3);
        _ = new Sequential<float>(bound);
        _ = new Residual<float>(new Dense<float>(2, 2), new Bidirectional<float>(part, new RnnLayer<float>(2, 1)), new Dense<float>(4, 2));

        Refused(() => new(layer, layer), "backward", "Expected two layers*one twice*");
        Refused(() => new(layer, new RnnLayer<float>(4, 3)), "backward", "Expected the input size of the forward direction, 2, but got 4.*");
        Refused(() => new(bound, layer), "forward", "The layer belongs to another model already.*");
        Refused(() => new(layer, part), "backward", "The layer belongs to another layer already.*");
        Refused(() => new(null!, layer), "forward", "*");
        Refused(() => new(layer, null!), "backward", "*");
        Refused(() => new(() => null!), "forward", "*");
        Refused(() => new(null!), "create", "*");
        Refused(() => new(new Embedding<float>(4, 2), new Residual<float>(new Dense<float>(4, 4))), "backward", "*same input*token ids*vectors*");
        _ = new Bidirectional<float>(layer, new RnnLayer<float>(2, 5));
    }

    private static void Refused(Func<Bidirectional<float>> create, string argument, string message) =>
        create.Should().Throw<ArgumentException>().WithParameterName(argument).WithMessage(message);

    private static Sequential<double> Model(bool learned) =>
        new(new Bidirectional<double>(() => new LstmLayer<double>(InputSize, 4, new() { LearnInitialState = learned })));

    private static double[] Reverse(double[] values, int width, int[] lengths)
    {
        double[] reversed = new double[values.Length];
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < lengths[b]; t++)
            {
                values.AsSpan(((lengths[b] - 1 - t) * Batch + b) * width, width).CopyTo(reversed.AsSpan((t * Batch + b) * width));
            }
        }

        return reversed;
    }

    private static double[] Columns(double[] values, int width, int first, int count) =>
        [.. Enumerable.Range(0, values.Length / width).SelectMany(row => values.AsSpan(row * width + first, count).ToArray())];
}

namespace Lstm.Tests.Bptt;

/// <summary>Sequences that end at different steps.</summary>
public sealed class LengthTests
{
    private const int Steps = 5;
    private const int Batch = 4;
    private const int InputSize = 3;

    private static readonly int[] s_lengths = [3, 0, 5, 1];

    public static TheoryData<LstmOptions> Cells() => [new(), new() { Peepholes = true }, new() { LayerNorm = new(), Peepholes = true }];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_sequence_is_computed_as_if_it_were_alone(LstmOptions options)
    {
        Sequential<double> model = Model(options);
        double[] x = Numbers.Random(Steps * Batch * InputSize);
        Bptt<double> together = new(model, Steps, Batch);
        double[] y = together.Forward(x, s_lengths).ToArray();
        for (int b = 0; b < Batch; b++)
        {
            Bptt<double> alone = new(model, Steps, batch: 1);
            double[] own = Column(x, InputSize, b)[..(s_lengths[b] * InputSize)];
            double[] expected = own.Length > 0 ? alone.Forward(own, steps: s_lengths[b]).ToArray() : [];

            Column(y, 4, b).Should().Equal([.. expected, .. new double[(Steps - s_lengths[b]) * 4]], "the output is 0 past the end");
            foreach (RecurrentState<double> state in alone.States)
            {
                together.State(state.Name).Value.Slice(b * state.Size, state.Size).ToArray().Should().Equal(state.Value.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_are_the_sum_of_those_of_every_sequence_alone(LstmOptions options)
    {
        Sequential<double> model = Model(options);
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * 4, seed: 9);
        double[] expected = new double[model.Parameters.Gradients.Length];
        for (int b = 0; b < Batch; b++)
        {
            if (s_lengths[b] > 0)
            {
                Bptt<double> alone = new(model, Steps, batch: 1);
                alone.Forward(Column(x, InputSize, b).AsSpan(0, s_lengths[b] * InputSize), steps: s_lengths[b]);
                Column(dy, 4, b).AsSpan(0, s_lengths[b] * 4).CopyTo(alone.OutputGradient);
                alone.Backward();
            }
        }

        model.Parameters.Gradients.CopyTo(expected);
        model.Parameters.ClearGradients();
        Bptt<double> together = new(model, Steps, Batch);
        together.Forward(x, s_lengths);
        dy.CopyTo(together.OutputGradient);
        together.Backward();

        Numbers.ShouldAgree(model.Parameters.Gradients, expected, 1e-13);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Padding_may_hold_anything(LstmOptions options)
    {
        Sequential<double> model = Model(options);
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * 4);
        double[] expected = Train(model, x, dy, s_lengths);
        for (int t = 0; t < Steps; t++)
        {
            for (int b = 0; b < Batch; b++)
            {
                if (t >= s_lengths[b])
                {
                    x.AsSpan((t * Batch + b) * InputSize, InputSize).Fill(double.NaN);
                    dy.AsSpan((t * Batch + b) * 4, 4).Fill(double.PositiveInfinity);
                }
            }
        }

        Train(model, x, dy, s_lengths).Should().Equal(expected);
    }

    [Fact]
    public void Activations_of_a_window_before_do_not_show_in_padding()
    {
        Sequential<double> model = Model(new());
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * 4);
        double[] expected = Train(model, x, dy, s_lengths);
        Bptt<double> used = new(model, Steps, Batch);
        double[] infinite = new double[x.Length];
        Array.Fill(infinite, double.NaN);
        used.Forward(infinite);
        used.Backward();
        used.ResetState();

        Train(used, x, dy, s_lengths).Should().Equal(expected);
    }

    [Fact]
    public void The_order_of_the_sequences_makes_no_difference()
    {
        int[] order = [2, 0, 3, 1];
        Sequential<double> model = Model(new() { Peepholes = true });
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * 4);
        Bptt<double> bptt = new(model, Steps, Batch);
        double[] expected = bptt.Forward(x, s_lengths).ToArray();
        bptt.ResetState();

        double[] actual = bptt.Forward(Reorder(x, InputSize, order), [.. order.Select(b => s_lengths[b])]).ToArray();

        actual.Should().Equal(Reorder(expected, 4, order));
        Train(model, Reorder(x, InputSize, order), Reorder(dy, 4, order), [.. order.Select(b => s_lengths[b])])[..model.Parameters.Gradients.Length]
            .Zip(Train(model, x, dy, s_lengths)).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, 1e-13));
    }

    [Fact]
    public void Lengths_that_are_all_the_steps_are_a_window_without_padding()
    {
        Sequential<double> model = Model(new());
        double[] x = Numbers.Random(Steps * Batch * InputSize), dy = Numbers.Random(Steps * Batch * 4);

        Train(model, x, dy, [5, 5, 5, 5]).Should().Equal(Train(model, x, dy, []));
    }

    [Fact]
    public void Sequences_of_length_0_keep_their_state()
    {
        Bptt<double> bptt = new(Model(new()), Steps, Batch);
        bptt.State("0.c").Value.Fill(0.25);

        double[] y = bptt.Forward(Numbers.Random(Steps * Batch * InputSize), new int[Batch]).ToArray();
        bptt.State("0.c").FinalGradient.Fill(3);
        bptt.Backward();

        y.Should().OnlyContain(value => value == 0);
        bptt.State("0.c").Value.ToArray().Should().OnlyContain(value => value == 0.25);
        bptt.State("0.c").InitialGradient.ToArray().Should().OnlyContain(value => value == 3);
    }

    [Fact]
    public void The_bits_are_the_same_for_any_number_of_threads()
    {
        float[] TrainWith(int threads)
        {
            Sequential<float> model = new(new LstmLayer<float>(10, 70), new LstmLayer<float>(70, 8));
            Bptt<float> bptt = new(model, steps: 7, batch: 9, new() { Threads = threads });
            float[] x = [.. Numbers.Random(7 * 9 * 10).Select(value => (float)value)];
            float[] y = bptt.Forward(x, [7, 3, 5, 0, 1, 7, 2, 6, 4]).ToArray();
            y.CopyTo(bptt.OutputGradient);
            bptt.Backward();
            return [.. y, .. model.Parameters.Gradients, .. bptt.InputGradient];
        }

        float[] expected = TrainWith(1);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            TrainWith(threads).Should().Equal(expected, "{0} threads compute the same", threads);
        }
    }

    [Fact]
    public void Token_ids_in_padding_are_not_looked_at()
    {
        Sequential<double> model = new(new Embedding<double>(6, InputSize), new LstmLayer<double>(InputSize, 4), new Dense<double>(4, 6));
        Bptt<double> bptt = new(model, steps: 3, batch: 2);
        double[] expected = bptt.ForwardTokens([1, 5, 2, 3, 4, 0], [3, 1]).ToArray();
        bptt.ResetState();

        bptt.ForwardTokens([1, 5, 2, -7, 4, 99], [3, 1]).ToArray().Should().Equal(expected);
        bptt.Invoking(b => b.ForwardTokens([1, 5, 2, 3, 99, 0], [3, 1])).Should().Throw<ArgumentException>()
            .WithMessage("*step 2 of sequence 0 is 99*");
    }

    [Fact]
    public void The_gradient_of_a_window_with_lengths_is_used_up_before_the_next_window()
    {
        Bptt<double> bptt = new(new(new LstmLayer<double>(2, 3)), steps: 3, batch: 2);
        bptt.Forward(Numbers.Random(12), [3, 2]);
        bptt.OutputGradient.Fill(1);
        bptt.Backward();
        bptt.Forward(Numbers.Random(12, seed: 4));

        bptt.OutputGradient.ContainsAnyExcept(0.0).Should().BeFalse();
    }

    [Fact]
    public void Windows_with_lengths_allocate_nothing_when_warm()
    {
        Sequential<float> model = new(new LstmLayer<float>(InputSize, 12), new Dense<float>(12, 9));
        Bptt<float> bptt = new(model, Steps, Batch, new() { Threads = 2 });
        float[] x = new float[Steps * Batch * InputSize];
        void Step()
        {
            bptt.Forward(x, s_lengths);
            bptt.Backward();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3 }, "*each of the 4 sequences*3*lengths*")]
    [InlineData(new[] { 1, 2, 3, 6 }, "*from 0 to the 5 steps*sequence 3 is 6*lengths*")]
    [InlineData(new[] { 1, -2, 3, 4 }, "*sequence 1 is -2*lengths*")]
    public void Lengths_must_fit(int[] lengths, string message)
    {
        Bptt<double> bptt = new(Model(new()), Steps, Batch);

        bptt.Invoking(b => b.Forward(new double[Steps * Batch * InputSize], lengths)).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static double[] Train(Sequential<double> model, double[] x, double[] dy, int[] lengths) =>
        Train(new Bptt<double>(model, Steps, Batch), x, dy, lengths);

    /// <summary>Gradients of parameters, input and initial states.</summary>
    private static double[] Train(Bptt<double> bptt, double[] x, double[] dy, int[] lengths)
    {
        bptt.Model.Parameters.ClearGradients();
        bptt.Forward(x, lengths);
        dy.CopyTo(bptt.OutputGradient);
        foreach (RecurrentState<double> state in bptt.States)
        {
            state.FinalGradient.Fill(0.5);
        }

        bptt.Backward();
        return [.. bptt.Model.Parameters.Gradients, .. bptt.InputGradient, .. bptt.States.SelectMany(state => state.InitialGradient.ToArray())];
    }

    private static double[] Column(double[] values, int width, int b) =>
        [.. Enumerable.Range(0, Steps).SelectMany(t => values.AsSpan((t * Batch + b) * width, width).ToArray())];

    private static double[] Reorder(double[] values, int width, int[] order) =>
        [.. Enumerable.Range(0, Steps).SelectMany(t => order.SelectMany(b => values.AsSpan((t * Batch + b) * width, width).ToArray()))];

    private static Sequential<double> Model(LstmOptions options) => new(new LstmLayer<double>(InputSize, 6, options), new LstmLayer<double>(6, 4, options));
}

namespace Lstm.Tests.Bptt;

/// <summary>Inference step by step.</summary>
public sealed class StreamingTests
{
    private const int InputSize = 3;
    private const int OutputSize = 4;

    public static TheoryData<LstmOptions> Cells() => [new(), new() { Peepholes = true }, new() { LayerNorm = new(), Peepholes = true }];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Steps_give_the_bits_of_the_window(LstmOptions options)
    {
        Sequential<float> model = Model(options);
        float[] x = Input(steps: 7, batch: 2);
        float[] expected = new Bptt<float>(model, steps: 7, batch: 2).Forward(x).ToArray();

        Steps(new StreamingModel<float>(model), x, steps: 7, batch: 2).Should().Equal(expected);
    }

    [Fact]
    public void Steps_of_token_ids_give_the_bits_of_the_window()
    {
        Sequential<double> model = new(new LstmLayer<double>(5, 6), new Dense<double>(6, 5));
        int[] tokens = [4, 0, 3, 3];
        StreamingModel<double> streaming = new(model);
        StreamingState<double> state = streaming.CreateState();

        double[] actual = [.. tokens.SelectMany(token => streaming.StepTokens([token], state).ToArray())];

        actual.Should().Equal(new Bptt<double>(model, steps: 4, batch: 1).ForwardTokens(tokens).ToArray());
    }

    [Fact]
    public void Many_threads_serve_one_model_each_with_its_own_state()
    {
        Sequential<float> model = Model(new());
        StreamingModel<float> streaming = new(model);
        float[] x = Input(steps: 20, batch: 1);
        float[] expected = new Bptt<float>(model, steps: 20, batch: 1).Forward(x).ToArray();

        Parallel.For(0, 16, _ => Steps(streaming, x, steps: 20, batch: 1).Should().Equal(expected));
    }

    [Fact]
    public void States_can_be_kept_and_gone_on_from()
    {
        StreamingModel<float> streaming = new(Model(new()));
        StreamingState<float> first = streaming.CreateState(), second = streaming.CreateState();
        float[] x = Input(steps: 2, batch: 1);
        streaming.Step(x.AsSpan(0, InputSize), first);
        for (int k = 0; k < first.States.Count; k++)
        {
            first.States[k].Value.CopyTo(second.States[k].Value);
        }

        float[] expected = streaming.Step(x.AsSpan(InputSize), first).ToArray();
        streaming.Step(x.AsSpan(InputSize), second).ToArray().Should().Equal(expected);

        second.Reset();
        streaming.Step(x.AsSpan(InputSize), second).ToArray().Should().NotEqual(expected);
    }

    [Fact]
    public void A_change_of_the_weights_is_seen()
    {
        Sequential<float> model = Model(new());
        StreamingModel<float> streaming = new(model);
        float[] x = Input(steps: 3, batch: 1);
        float[] before = Steps(streaming, x, steps: 3, batch: 1);

        model.Initialize(77);

        Steps(streaming, x, steps: 3, batch: 1).Should().NotEqual(before)
            .And.Equal(new Bptt<float>(model, steps: 3, batch: 1).Forward(x).ToArray());
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        StreamingModel<float> streaming = new(Model(new() { Peepholes = true }));
        StreamingState<float> state = streaming.CreateState();
        float[] x = new float[InputSize];

        Allocations.LeastOf(() => streaming.Step(x, state)).Should().Be(0);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        StreamingModel<float> streaming = new(Model(new())), other = new(Model(new())), tokens = new(new(new Embedding<float>(3, 2)));
        StreamingState<float> state = streaming.CreateState(2), tokenState = tokens.CreateState();

        streaming.Invoking(s => s.Step(new float[5], state)).Should().Throw<ArgumentException>().WithMessage("*2, 3*6 numbers*got 5*input*");
        streaming.Invoking(s => s.StepTokens(new int[1], state)).Should().Throw<ArgumentException>()
            .WithMessage("*each of the 2 sequences*got 1*tokens*");
        streaming.Invoking(s => s.StepTokens([0, 3], state)).Should().Throw<ArgumentException>()
            .WithMessage("*0, 3*sequence 1 is 3*tokens*");
        streaming.Invoking(s => s.CreateState(0)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*batch*");
        other.Invoking(s => s.Step(new float[6], state)).Should().Throw<ArgumentException>().WithMessage("*has created*state*");
        tokens.Invoking(s => s.Step(new float[6], tokenState)).Should().Throw<ArgumentException>().WithMessage("*token ids*input*");
    }

    /// <summary>[0] is the number 0, and no token id, though a literal 0 is both.</summary>
    [Fact]
    public void A_number_written_in_place_is_no_token_id()
    {
        StreamingModel<float> numbers = new(new(new LstmLayer<float>(1, 3))), both = new(new(new LstmLayer<float>(5, 3)));
        StreamingModel<float> ids = new(new(new Embedding<float>(4, 2))), dropout = new(new(new Dropout<float>(1, 0)));
        Bptt<float> idsOnly = new(ids.Model, steps: 1, batch: 1), numbersOnly = new(dropout.Model, steps: 1, batch: 1);
        Bptt<float> either = new(both.Model, steps: 1, batch: 1);
        float[] zero = [0];

        numbers.Step([0], numbers.CreateState()).ToArray().Should().Equal(numbers.Step(zero, numbers.CreateState()).ToArray());
        numbers.StepTokens([0], numbers.CreateState()).ToArray().Should().Equal(numbers.Step([1], numbers.CreateState()).ToArray());
        Refused(() => ids.Step([0], ids.CreateState()), "Expected token ids [batch], which StepTokens takes*");
        Refused(() => dropout.StepTokens([0], dropout.CreateState()), "Expected vectors [batch, 1], which Step takes*");
        Refused(() => both.Step([0], both.CreateState()), "*5 numbers, but got 1. Token ids are for StepTokens.*");
        Refused(() => idsOnly.Forward([0]), "Expected token ids [steps, batch], which ForwardTokens takes*");
        Refused(() => numbersOnly.ForwardTokens([0]), "Expected vectors [steps, batch, 1], which Forward takes*");
        Refused(() => either.Forward([0]), "*5 numbers, but got 1. Token ids are for ForwardTokens.*");

        static void Refused(Action call, string message) => call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    /// <summary>A state in which NaN is would give NaN for ever.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void An_input_that_is_not_finite_is_refused_and_the_states_are_as_they_were(double broken)
    {
        Sequential<float> model = Model(new());
        StreamingModel<float> streaming = new(model);
        StreamingState<float> state = streaming.CreateState(batch: 2), untouched = streaming.CreateState(batch: 2);
        float[] x = Input(steps: 1, batch: 2), damaged = [.. x];
        damaged[InputSize + 1] = (float)broken;
        streaming.Step(x, state);
        streaming.Step(x, untouched);

        streaming.Invoking(s => s.Step(damaged, state)).Should().Throw<ArgumentException>().WithParameterName("input")
            .WithMessage(FormattableString.Invariant($"*sequence 1 has {(float)broken} in column 1*NonFiniteInput*"));

        streaming.Step(x, state).ToArray().Should().Equal(streaming.Step(x, untouched).ToArray());
    }

    [Fact]
    public void An_input_that_is_not_finite_can_be_allowed()
    {
        StreamingModel<float> streaming = new(Model(new())) { NonFiniteInput = NonFiniteInput.Allow };
        StreamingState<float> state = streaming.CreateState();
        float[] x = Input(steps: 1, batch: 1), expected = streaming.Step(x, state).ToArray();

        streaming.Step([float.NaN, 0, 0], state).ToArray().Should().Contain(float.NaN);
        streaming.Step(x, state).ToArray().Should().Contain(float.NaN, "the states have it");
        state.Reset();
        streaming.Step(x, state).ToArray().Should().Equal(expected);
        FluentActions.Invoking(() => new StreamingModel<float>(Model(new())) { NonFiniteInput = (NonFiniteInput)77 })
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Refuse*Allow*77*");
    }

    /// <summary>
    /// What a step or a window gives does not come from its input, so it may be kept in a variable that lives longer than that.
    /// </summary>
    [Fact]
    public void An_output_outlives_an_input_written_in_place()
    {
        Sequential<double> model = new(new LstmLayer<double>(5, 6), new Dense<double>(6, 5));
        StreamingModel<double> streaming = new(model);
        StreamingState<double> state = streaming.CreateState();
        Bptt<double> bptt = new(model, steps: 1, batch: 1, new() { ForwardOnly = true });
        ReadOnlySpan<double> logits = streaming.StepTokens([0], state), window = bptt.ForwardTokens([0]);
        for (int k = 0; k < 4; k++)
        {
            int next = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);
            logits = streaming.StepTokens([next], state);
            window = bptt.ForwardTokens([next], [1], steps: 1);
            window.ToArray().Should().Equal(logits.ToArray());
        }

        double value = logits[0];
        logits = streaming.Step([value, 0, 0, 0, 0], state);
        window = bptt.Forward([value, 0, 0, 0, 0]);
        window.ToArray().Should().Equal(logits.ToArray());
    }

    private static float[] Steps(StreamingModel<float> streaming, float[] x, int steps, int batch)
    {
        StreamingState<float> state = streaming.CreateState(batch);
        int width = batch * InputSize;
        return [.. Enumerable.Range(0, steps).SelectMany(t => streaming.Step(x.AsSpan(t * width, width), state).ToArray())];
    }

    private static float[] Input(int steps, int batch) => [.. Numbers.Random(steps * batch * InputSize).Select(value => (float)value)];

    private static Sequential<float> Model(LstmOptions options) =>
        new(new LstmLayer<float>(InputSize, 70, options), new LstmLayer<float>(70, 9, options), new Dense<float>(9, OutputSize));
}

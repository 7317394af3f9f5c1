namespace Lstm.Tests.Bptt;

/// <summary>Sizes whose product no array holds are told where they come together, by an exception that names them.</summary>
public sealed class SizeTests
{
    private static Sequential<float> Embedded(int outputs) => new(new Embedding<float>(2, 1), new Dense<float>(1, outputs));

    /// <summary>T B O is 2^32, which an int has as 0; and somewhat less, which it has as a negative number.</summary>
    [Theory]
    [InlineData(8192, "4294967296")]
    [InlineData(8000, "4194304000")]
    public void Outputs(int outputs, string product) =>
        FluentActions.Invoking(() => new Bptt<float>(Embedded(outputs), steps: 65_536, batch: 8, new() { Recompute = true }))
            .Should().Throw<ArgumentException>().WithParameterName("steps")
            .WithMessage($"The outputs of 65536 steps of 8 sequences do not fit: *Size] = [65536, 8, {outputs}] are {product} numbers*");

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(1 << 16, 1 << 16)]
    public void Steps_and_batch(int steps, int batch)
    {
        foreach (bool recompute in new[] { false, true })
        {
            FluentActions.Invoking(() => new Bptt<float>(new(new LstmLayer<float>(1, 8)), steps, batch, new() { Recompute = recompute }))
                .Should().Throw<ArgumentException>().WithMessage($"*{steps} steps of {batch} sequences do not fit*{steps}, {batch}, 8*");
        }
    }

    /// <summary>What a layer keeps of a step is more than its output: 4H gates, and the sum of both directions.</summary>
    [Fact]
    public void Activations_within_a_layer()
    {
        Layer<float>[] layers =
        [
            new LstmLayer<float>(1, 1), new GruLayer<float>(1, 1, new() { ResetAfter = false }), new Residual<float>(new LstmLayer<float>(1, 1)),
            new Bidirectional<float>(new Dense<float>(1, 1), new LstmLayer<float>(1, 1)),
        ];
        foreach (Layer<float> layer in layers)
        {
            Sequential<float> model = new(layer, new Dense<float>(layer.OutputSize, 1));
            FluentActions.Invoking(() => new Bptt<float>(model, steps: 1 << 30, batch: 1, new() { ForwardOnly = true }))
                .Should().Throw<ArgumentException>()
                .WithMessage($"The activations of layer 0 in {1 << 30} steps of 1 sequences do not fit*");
        }
    }

    /// <summary>Every segment has small arrays of its own, and there are too many of them for any memory.</summary>
    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(int.MaxValue - 1, 6)]
    [InlineData(1 << 30, 2)]
    public void Steps_back(int back, int segment) =>
        FluentActions.Invoking(() => new Bptt<float>(new(new LstmLayer<float>(1, 512)), steps: 6, batch: 1, new() { BackwardSteps = back }))
            .Should().Throw<ArgumentException>()
            .WithMessage($"The inputs of {back / segment} times {segment} steps back of 1 sequences do not fit*bytes*");

    /// <summary>B I is 2^32; token ids of so large a vocabulary fit.</summary>
    [Fact]
    public void Vectors()
    {
        Bptt<float> bptt = new(new(new LstmLayer<float>(1 << 20, 1)), steps: 1, batch: 4096, new() { ForwardOnly = true });

        bptt.Invoking(b => b.Forward(new float[5])).Should().Throw<ArgumentException>().WithParameterName("input")
            .WithMessage("*[steps, batch, inputSize] = [1, 4096, 1048576] are 4294967296 numbers*");
        bptt.ForwardTokens(new int[4096]).Length.Should().Be(4096);
        StreamingModel<float> streaming = new(bptt.Model);
        StreamingState<float> state = streaming.CreateState(4096);
        streaming.Invoking(s => s.Step(new float[5], state)).Should().Throw<ArgumentException>()
            .WithMessage("*[4096, 1048576], 4294967296 numbers, but got 5*");
        streaming.StepTokens(new int[4096], state).Length.Should().Be(4096);
    }

    [Fact]
    public void Vectors_where_there_are_no_token_ids() =>
        FluentActions.Invoking(() => new Bptt<float>(new(new Dropout<float>(1 << 20, 0)), steps: 2, batch: 2048))
            .Should().Throw<ArgumentException>().WithMessage("*2, 2048, 1048576*");

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1 << 30)]
    [InlineData(1 << 28)]
    public void Sequences_of_a_stream(int batch)
    {
        StreamingModel<float> vectors = new(new(new LstmLayer<float>(2, 8)));
        StreamingModel<float> tokens = new(new(new Embedding<float>(7, 4), new GruLayer<float>(4, 8, new() { ResetAfter = false })));

        vectors.Invoking(s => s.CreateState(batch)).Should().Throw<ArgumentException>().WithMessage($"*{batch} sequences do not fit*");
        tokens.Invoking(s => s.CreateState(batch)).Should().Throw<ArgumentException>().WithMessage($"*{batch} sequences do not fit*");
    }

    [Fact]
    public void Numbers_of_a_state() =>
        FluentActions.Invoking(() => new RecurrentState<float>("h", 1 << 16, 1 << 16, training: false))
            .Should().Throw<ArgumentException>().WithMessage("*[batch, size] = [65536, 65536] are 4294967296 numbers*");

    [Fact]
    public void Inputs_of_a_gradient_check() =>
        FluentActions.Invoking(() => GradientCheck.Run(new LstmLayer<double>(1 << 20, 1), steps: 1, batch: 4096))
            .Should().Throw<ArgumentException>().WithMessage("*1, 4096, 1048576*");

    /// <summary>A column of weights is padded to the width of a panel.</summary>
    [Fact]
    public void Packed_weights() =>
        new Lstm.Numerics.PackedMatrix<float>().Invoking(packed => packed.Resize(1 << 30, 1))
            .Should().Throw<ArgumentException>().WithMessage("*Packed weights do not fit*1073741824, 1, *");

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(-1)]
    public void Steps_of_a_window_that_are_out_of_range(int steps)
    {
        Bptt<double> bptt = new(new(new Dense<double>(1, 1)), steps: 5, batch: 1);

        bptt.Invoking(b => b.Forward(new double[5], steps: steps)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("steps").WithMessage("*1 to 5 steps*");
    }

    /// <summary>Five steps of four sequences are not taken for ten of two.</summary>
    [Fact]
    public void A_batch_of_another_size_is_no_shorter_window()
    {
        Bptt<float> vectors = new(new(new Dense<float>(3, 1)), steps: 10, batch: 4);
        Bptt<float> tokens = new(new(new Embedding<float>(3, 1)), steps: 10, batch: 4);
        string hint = "For a window of fewer steps than the 10 of this Bptt, give the argument 'steps'.";

        vectors.Invoking(b => b.Forward(new float[10 * 2 * 3])).Should().Throw<ArgumentException>().WithParameterName("input")
            .WithMessage($"Expected [steps, batch, inputSize] = [10, 4, 3], 120 numbers, but got 60. {hint}*");
        tokens.Invoking(b => b.ForwardTokens(new int[10 * 2])).Should().Throw<ArgumentException>().WithParameterName("tokens")
            .WithMessage($"Expected [steps, batch] = [10, 4], 40 ids, but got 20. {hint}*");
        vectors.Invoking(b => b.Forward(new float[10 * 2 * 3], steps: 10)).Should().Throw<ArgumentException>()
            .WithMessage("*but got 60. (*");
        vectors.Forward(new float[5 * 4 * 3], steps: 5).Length.Should().Be(5 * 4);
        tokens.ForwardTokens(new int[5 * 4], steps: 5).Length.Should().Be(5 * 4);
    }
}

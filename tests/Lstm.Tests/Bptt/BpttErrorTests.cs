namespace Lstm.Tests.Bptt;

/// <summary>Bad input is refused at the edge, by a message that names the argument, what was expected and what came.</summary>
public sealed class BpttErrorTests
{
    private static readonly Sequential<float> s_model = new(new LstmLayer<float>(3, 4));
    private static readonly Sequential<float> s_tokenModel = new(new Embedding<float>(5, 2));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(36)]
    public void A_window_of_another_shape(int length)
    {
        Bptt<float> bptt = new(s_model, steps: 5, batch: 2);

        Action forward = () => bptt.Forward(new float[length]);

        forward.Should().Throw<ArgumentException>().WithParameterName("input")
            .WithMessage($"Expected [steps, batch, inputSize] = [5, 2, 3], 30 numbers, but got {length}. *argument 'steps'*");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    public void A_token_id_out_of_range(int token)
    {
        Bptt<float> bptt = new(s_tokenModel, steps: 3, batch: 2);

        Action forward = () => bptt.ForwardTokens([0, 1, 2, token, 3, 4]);

        forward.Should().Throw<ArgumentException>().WithParameterName("tokens").WithMessage($"*[0, 5)*step 1 of sequence 1 is {token}*");
    }

    [Fact]
    public void Vectors_where_ids_are_expected()
    {
        Action forward = () => new Bptt<float>(s_tokenModel, steps: 1, batch: 1).Forward([1f]);

        forward.Should().Throw<ArgumentException>().WithMessage("Expected token ids*");
    }

    [Fact]
    public void A_refused_window_leaves_state_and_last_window_alone()
    {
        Bptt<float> bptt = new(s_model, steps: 2, batch: 1);
        float[] output = bptt.Forward([1f, 2f, 3f], steps: 1).ToArray();
        Action forward = () => bptt.Forward(new float[4]);

        forward.Should().Throw<ArgumentException>();

        bptt.Output.ToArray().Should().Equal(output);
        bptt.Backward();
    }

    [Fact]
    public void Backward_without_forward()
    {
        Bptt<float> bptt = new(s_model, steps: 2, batch: 1);
        Action backward = bptt.Backward;

        backward.Should().Throw<InvalidOperationException>().WithMessage("*call Forward before each Backward*");
        bptt.Forward(new float[3], steps: 1);
        bptt.Backward();
        backward.Should().Throw<InvalidOperationException>("the first backward pass has used the activations up");
    }

    [Fact]
    public void Backward_where_there_are_no_gradients()
    {
        Bptt<float> bptt = new(s_model, steps: 2, batch: 1, new() { ForwardOnly = true });
        bptt.Forward(new float[3], steps: 1);

        bptt.Invoking(b => b.Backward()).Should().Throw<InvalidOperationException>().WithMessage("*ForwardOnly*");
        bptt.Invoking(b => b.OutputGradient.Length).Should().Throw<InvalidOperationException>().WithMessage("*ForwardOnly*");
        bptt.InputGradient.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Activations_that_no_array_holds()
    {
        Action create = () => _ = new Bptt<float>(s_model, steps: 100_000, batch: 100_000);

        create.Should().Throw<ArgumentException>().WithMessage("*100000 steps of 100000 sequences do not fit*");
    }

    [Theory]
    [InlineData(0, 1, 0, "steps")]
    [InlineData(1, 0, 0, "batch")]
    [InlineData(1, 1, -1, "options")]
    [InlineData(1, 1, 1025, "options")]
    public void Sizes_that_are_none(int steps, int batch, int threads, string argument)
    {
        Action create = () => _ = new Bptt<float>(s_model, steps, batch, new() { Threads = threads });

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(argument);
    }
}

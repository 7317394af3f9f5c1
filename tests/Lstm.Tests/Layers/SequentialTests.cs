namespace Lstm.Tests.Layers;

public sealed class SequentialTests
{
    [Fact]
    public void Parameters_are_named_by_layer_and_lie_one_after_the_other()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3, new() { Peepholes = true }), new Dense<float>(3, 4));

        model.Parameters.Select(parameter => parameter.Name).Should().Equal("0.W", "0.R", "0.b", "0.p", "1.W", "1.b");
        model.Parameters["1.W"].Shape.ToArray().Should().Equal(4, 3);
        model.Parameters.Values.Length.Should().Be(24 + 36 + 12 + 9 + 12 + 4);
        model.Parameters["1.b"].Value[3] = 7;
        model.Parameters.Values[^1].Should().Be(7);
    }

    [Fact]
    public void Neighbours_that_do_not_fit_are_named() =>
        Refused("Layer 1 expects an input of size 7, but layer 0 gives 3.*", new LstmLayer<float>(2, 3), new Dense<float>(7, 1));

    [Fact]
    public void A_model_of_nothing() => Refused("Expected at least one layer.*");

    [Fact]
    public void A_layer_that_stands_twice()
    {
        Dense<float> dense = new(2, 2);
        Refused("*is given twice*", dense, dense);
    }

    [Fact]
    public void A_layer_of_another_model()
    {
        Dense<float> dense = new(2, 2);
        _ = new Sequential<float>(dense);
        Refused("Layer 1 belongs to another model already.*", new Dense<float>(1, 2), dense);
    }

    [Fact]
    public void An_embedding_in_the_middle() => Refused("Layer 1 takes token ids only*", new Dense<float>(1, 2), new Embedding<float>(2, 2));

    [Fact]
    public void A_layer_outside_a_model_has_no_values_yet()
    {
        Func<int> read = () => new Dense<float>(1, 1).Weights.Value.Length;

        read.Should().Throw<InvalidOperationException>().WithMessage("Parameter 'W' has no values yet*");
    }

    [Fact]
    public void A_parameter_that_is_not_there()
    {
        Func<object> find = () => new Sequential<float>(new Dense<float>(2, 3)).Parameters["0.X"];

        find.Should().Throw<KeyNotFoundException>().WithMessage("There is no parameter '0.X'; there are 0.W[3,2], 0.b[3].");
    }

    [Fact]
    public void Half_precision_is_refused()
    {
        Action create = () => _ = new Sequential<Half>(new Dense<Half>(1, 1));

        create.Should().Throw<NotSupportedException>().WithMessage("*float or double*Half*");
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, -1)]
    public void Sizes_that_are_none(int inputSize, int hiddenSize)
    {
        Action create = () => _ = new LstmLayer<float>(inputSize, hiddenSize);

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(inputSize < 1 ? "inputSize" : "hiddenSize");
    }

    [Fact]
    public void Sizes_that_no_array_holds()
    {
        Action[] creations = [() => _ = new LstmLayer<float>(60_000, 60_000), () => _ = new Dense<float>(int.MaxValue, 2)];

        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*product of at most*"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-5)]
    [InlineData(double.NaN)]
    public void An_epsilon_that_is_none(double epsilon)
    {
        Action create = () => _ = new LstmLayer<float>(2, 2, new() { LayerNorm = new() { Epsilon = epsilon } });

        create.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*epsilon*greater than 0*");
    }

    /// <summary>A search among all names for each of them would compare 2.5e9 pairs.</summary>
    [Fact]
    public void Many_parameters_are_declared_and_found_by_name()
    {
        const int Count = 50_000;
        Sequential<double> model = new(new Many(Count));

        model.Parameters.Count.Should().Be(Count);
        Enumerable.Range(0, Count).Count(k => model.Parameters[$"0.p{k}"] == model.Parameters[k]).Should().Be(Count);
        FluentActions.Invoking(() => new Many(2, "p")).Should().Throw<ArgumentException>()
            .WithMessage("The layer has a parameter 'p' already.*");
    }

    private sealed class Many : Layer<double>
    {
        public Many(int count, string? name = null)
            : base(1, 1)
        {
            for (int k = 0; k < count; k++)
            {
                AddParameter(name ?? $"p{k}", Initializer.Zero, 1);
            }
        }

        public override LayerPass<double> CreatePass(PassContext<double> context) => throw new NotSupportedException();
    }

    private static void Refused(string message, params Layer<float>[] layers)
    {
        Action create = () => _ = new Sequential<float>(layers);

        create.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName("layers");
    }
}

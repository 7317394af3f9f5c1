namespace Lstm.Tests.Layers;

public sealed class ResidualTests
{
    [Fact]
    public void The_input_is_added_to_what_the_layers_give()
    {
        Sequential<double> plain = new(new LstmLayer<double>(3, 5), new Dense<double>(5, 3));
        Sequential<double> residual = new(new Residual<double>(new LstmLayer<double>(3, 5), new Dense<double>(5, 3)));
        double[] x = Numbers.Random(4 * 2 * 3);
        double[] f = new Bptt<double>(plain, steps: 4, batch: 2).Forward(x).ToArray();

        new Bptt<double>(residual, steps: 4, batch: 2).Forward(x).ToArray().Should().Equal(f.Zip(x, (a, b) => a + b));
    }

    [Fact]
    public void Parameters_and_states_are_named_by_position()
    {
        Sequential<float> model = new(
            new Dense<float>(3, 4),
            new Residual<float>(new Residual<float>(new GruLayer<float>(4, 4, new() { ResetAfter = false })), new Dropout<float>(4, 0.5), new RnnLayer<float>(4, 4)));

        model.Parameters.Select(parameter => parameter.Name).Should().Equal(
            "0.W", "0.b", "1.0.0.W", "1.0.0.R", "1.0.0.b", "1.2.W", "1.2.R", "1.2.b");
        new Bptt<float>(model, steps: 1, batch: 1).States.Select(state => state.Name).Should().Equal("1.0.0.h", "1.2.h");
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        Dense<float> bound = new(2, 2), part = new(2, 2), dense = new(2, 2);
        _ = new Sequential<float>(bound);
        _ = new Residual<float>(part);

        Refused("Expected at least one layer.*");
        Refused("Expected an output of the size of the input, 2, as they are added, but layer 0 gives 3.*", new Dense<float>(2, 3));
        Refused("Layer 1 expects an input of size 7, but layer 0 gives 3.*", new Dense<float>(2, 3), new Dense<float>(7, 2));
        Refused("Layer 0 takes token ids only*", new Embedding<float>(2, 2));
        Refused("Layer 0 belongs to another model already.*", bound);
        Refused("Layer 1 belongs to another layer already.*", dense, part);
        Refused("*is given twice*", dense, dense);
        Refused("*", dense, null!);
        _ = new Residual<float>(dense);
    }

    [Fact]
    public void A_part_cannot_stand_in_a_model_as_well()
    {
        Dropout<float> dropout = new(2, 0.5);
        Residual<float> residual = new(dropout);
        Action create = () => _ = new Sequential<float>(residual, dropout);

        create.Should().Throw<ArgumentException>().WithMessage("Layer 1 belongs to another layer already.*").WithParameterName("layers");
    }

    [Fact]
    public void Token_ids_are_refused()
    {
        Bptt<float> bptt = new(new Sequential<float>(new Residual<float>(new Dense<float>(2, 2))), steps: 1, batch: 1);

        bptt.Invoking(b => b.ForwardTokens([1])).Should().Throw<ArgumentException>().WithMessage("Expected vectors*");
    }

    private static void Refused(string message, params Layer<float>[] layers)
    {
        Action create = () => _ = new Residual<float>(layers);

        create.Should().Throw<ArgumentException>().WithParameterName("layers").WithMessage(message);
    }
}

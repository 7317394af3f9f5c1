namespace Lstm.Onnx.Tests;

/// <summary>Layers around the recurrent ones, stacks of them, and the options of an export.</summary>
public sealed class LayerTests
{
    private const int Words = 7;

    private static readonly bool[] s_both = [false, true];

    public static TheoryData<string, bool> Stacks
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string stack in (string[])
            [
                "dense",
                "dropout alone",
                "lstm, dropout, dense",
                "three kinds",
                "residual of two",
                "residual within a residual",
                "two kinds in two directions",
                "dense in the backward direction",
                "residual in the backward direction",
                "directions within directions",
            ])
            {
                data.Add(stack, false);
                data.Add(stack, true);
            }

            return data;
        }
    }

    public static TheoryData<string, bool> TokenModels
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string model in (string[])
                ["embedding", "dense", "lstm", "lstm with layer norm", "gru", "rnn with zoneout", "two directions", "two embeddings"])
            {
                data.Add(model, false);
                data.Add(model, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void A_stack_gives_what_the_library_gives(string stack, bool lengths)
    {
        foreach (bool softmax in s_both)
        {
            Sequential<float> model = new(Stack(stack));
            bool states = model.Parameters.Any(parameter => parameter.Name.EndsWith(".R", StringComparison.Ordinal));

            new Comparison(model, new() { Lengths = lengths, States = states, Softmax = softmax }).Run();
        }
    }

    [Theory]
    [MemberData(nameof(TokenModels))]
    public void Token_ids_give_what_the_library_gives(string model, bool lengths)
    {
        foreach (int opset in (int[])[14, 22])
        {
            Comparison comparison = new(new(TokenModel(model)), new() { Tokens = true, Lengths = lengths, Softmax = true, Opset = opset });

            comparison.Run(tokens: true);
        }
    }

    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    public void Every_operator_set_gives_what_the_library_gives(int opset)
    {
        foreach (string stack in (string[])["three kinds", "two kinds in two directions"])
        {
            new Comparison(new(Stack(stack)), new() { Lengths = true, States = true, Softmax = true, Opset = opset }).Run();
        }
    }

    [Fact]
    public void An_embedding_takes_token_ids_without_being_asked()
    {
        Comparison comparison = new(new(new Embedding<float>(Words, 3), new GruLayer<float>(3, 4)), new());

        comparison.Run(tokens: true);
    }

    [Fact]
    public void A_recurrent_layer_of_the_cells_own_class_is_exported()
    {
        RecurrentLayer<float> lstm = new(new LayerNormLstmCell<float>(3, 4)), gru = new(new GruCell<float>(4, 5));
        RecurrentLayer<float> rnn = new(new RnnCell<float>(5, 2));

        new Comparison(new(lstm, gru, rnn), new() { Lengths = true, States = true }).Run();
    }

    [Fact]
    public void Weights_are_those_of_the_time_of_the_export()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3));
        byte[] first = OnnxExport.ToBytes(model);
        model.Parameters["0.W"].Value[0] += 1;

        OnnxExport.ToBytes(model).Should().NotEqual(first);
    }

    private static Layer<float>[] Stack(string name) => name switch
    {
        "dense" => [new Dense<float>(3, 4)],
        "dropout alone" => [new Dropout<float>(3, 0.5)],
        "lstm, dropout, dense" => [new LstmLayer<float>(3, 4), new Dropout<float>(4, 0.5), new Dense<float>(4, 2)],
        "three kinds" =>
        [
            new LstmLayer<float>(3, 4, new() { LayerNorm = LayerNormOptions.Ba, LearnInitialState = true }),
            new GruLayer<float>(4, 5),
            new RnnLayer<float>(5, 3, new() { ZoneoutHidden = 0.2 }),
            new Dense<float>(3, 6),
        ],
        "residual of two" => [new Residual<float>(new LstmLayer<float>(3, 4), new Dense<float>(4, 3)), new RnnLayer<float>(3, 2)],
        "residual within a residual" =>
            [new Residual<float>(new Residual<float>(new GruLayer<float>(3, 3)), new LstmLayer<float>(3, 3))],
        "two kinds in two directions" =>
        [
            new Bidirectional<float>(new LstmLayer<float>(3, 4, LstmVariants.Coupled), new GruLayer<float>(3, 2)),
            new Bidirectional<float>(new RnnLayer<float>(6, 3), new LstmLayer<float>(6, 4, new() { Projection = 2 })),
            new Dense<float>(5, 3),
        ],
        "dense in the backward direction" => [new Bidirectional<float>(new LstmLayer<float>(3, 4), new Dense<float>(3, 2))],
        "residual in the backward direction" =>
            [new Bidirectional<float>(new LstmLayer<float>(3, 4), new Residual<float>(new GruLayer<float>(3, 3)))],
        "directions within directions" =>
        [
            new Bidirectional<float>(
                new Bidirectional<float>(new GruLayer<float>(3, 2), new LstmLayer<float>(3, 2)),
                new Bidirectional<float>(new RnnLayer<float>(3, 2), new LstmLayer<float>(3, 2, LstmVariants.NoInputGate))),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such stack."),
    };

    private static Layer<float>[] TokenModel(string name) => name switch
    {
        "embedding" => [new Embedding<float>(Words, 3), new LstmLayer<float>(3, 4), new Dense<float>(4, Words)],
        "dense" => [new Dense<float>(Words, 3), new GruLayer<float>(3, 4)],
        "lstm" => [new LstmLayer<float>(Words, 4)],
        "lstm with layer norm" => [new LstmLayer<float>(Words, 4, new() { LayerNorm = new() })],
        "gru" => [new GruLayer<float>(Words, 4)],
        "rnn with zoneout" => [new RnnLayer<float>(Words, 4, new() { ZoneoutHidden = 0.5 })],
        "two directions" =>
            [new Bidirectional<float>(new GruLayer<float>(Words, 4), new LstmLayer<float>(Words, 3, LstmVariants.NoForgetGate))],
        "two embeddings" => [new Bidirectional<float>(new Embedding<float>(Words, 4), new Embedding<float>(Words, 3))],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such model."),
    };
}

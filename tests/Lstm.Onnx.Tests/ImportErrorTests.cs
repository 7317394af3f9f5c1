namespace Lstm.Onnx.Tests;

/// <summary>What cannot become a model is told with the node and the attribute, and damaged files do no harm.</summary>
public sealed class ImportErrorTests
{
    public static TheoryData<string, string> WrongNodes => new()
    {
        { "clip", "The node '/LSTM_0' (LSTM) has an attribute 'clip', which no layer has." },
        { "layout", "The node '/LSTM_0' (LSTM) has an attribute 'layout', which no layer has." },
        { "function", "*(LSTM) has the function Softsign, which no layer has (attribute 'activations')." },
        { "gates", "*(LSTM) has gates of another function than Sigmoid (attribute 'activations')." },
        { "affine", "*(LSTM) has a function Affine that is not the identity (attributes 'activation_alpha', 'activation_beta')." },
        { "weights", "*(LSTM) has an input 1, 'input', that is no constant of 32-bit numbers." },
        { "reverse", "A layer reads sequences from their end alone: only a layer of two directions can do that here." },
        { "final state", "The output 'output' is not the output of a layer at every step, in the order of the input." },
        { "softmax", "*(Softmax) is no layer of this library, nor a part of one." },
        { "two biases", "*(Add) adds a constant to something other than a product that has none yet." },
        { "nothing", "The output 'output' is the input: the graph has no layer." },
        { "alpha", "*(Gemm) has an 'alpha' other than 1." },
        { "joined residual", "*(Concat) joins something other than a forward direction with a backward one, along the last axis." },
        { "bias of another axis", "*(Add) adds a constant to something other than a product that has none yet." },
        { "empty matrix", "*(MatMul) is no product of vectors with a matrix that has numbers." },
        { "sum", "*(Add) adds two values of which neither is the input of the layers to the other." },
    };

    [Theory]
    [MemberData(nameof(WrongNodes))]
    public void A_graph_that_is_no_model_is_refused_by_its_node(string what, string message)
    {
        Action import = () => OnnxImport.FromBytes(Graph(what).ToModel("test"));

        import.Should().Throw<NotSupportedException>().WithMessage(message);
    }

    public static TheoryData<string, string> InvalidNodes => new()
    {
        { "direction", "*(LSTM) has the unknown direction 'sideways' (attribute 'direction')." },
        { "shape", "*(LSTM) has W of the shape [[]1,7,2] in place of [[]1,8,2]." },
        { "size", "*(LSTM) has R of 2 units (attribute 'hidden_size' is 3)." },
        { "number of functions", "*(LSTM) has 1 functions in place of 3 (attribute 'activations')." },
        { "unknown input", "*(Identity) reads 'nobody', which nothing before it gives." },
        { "sizes", "The graph has sizes that do not fit: Layer 1 expects an input of size 5, but layer 0 gives 2.*" },
    };

    [Theory]
    [MemberData(nameof(InvalidNodes))]
    public void A_graph_that_the_format_does_not_allow_is_refused_by_its_node(string what, string message)
    {
        Action import = () => OnnxImport.FromBytes(Graph(what).ToModel("test"));

        import.Should().Throw<InvalidDataException>().WithMessage(message.Replace("[[]", "[", StringComparison.Ordinal));
    }

    [Fact]
    public void A_constant_that_is_used_again_and_again_is_no_way_to_more_memory_than_the_file_justifies()
    {
        OnnxGraph graph = new("main_graph", 14);
        string value = graph.Input("input", ElementType.Float, "T", "B", 64), matrix = Constant(graph, 64, 64);
        for (int k = 0; k < 3_000; k++)
        {
            value = graph.Product(value, matrix);
        }

        graph.Output("output", value, "T", "B", 64);
        byte[] bytes = graph.ToModel("test");
        Action import = () => OnnxImport.FromBytes(bytes);
        import.Should().Throw<InvalidDataException>();
        long before = GC.GetAllocatedBytesForCurrentThread();

        import.Should().Throw<InvalidDataException>().WithMessage("*(MatMul) uses constants or layers more often than the length of the file allows.");

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(12L * bytes.Length + (6 << 20));
    }

    [Fact]
    public void No_damaged_file_has_another_error_than_those_that_are_told()
    {
        Sequential<float> model = new(new Embedding<float>(3, 2), new Bidirectional<float>(() => new LstmLayer<float>(2, 2)));
        byte[] bytes = OnnxExport.ToBytes(model, new() { Lengths = true, States = true });
        for (int length = 0; length < bytes.Length; length++)
        {
            TryImport(bytes[..length]);
        }

        Random random = new(3);
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] damaged = [.. bytes];
            for (int k = 0; k <= trial % 3; k++)
            {
                damaged[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            TryImport(damaged);
        }
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused()
    {
        FluentActions.Invoking(() => OnnxImport.FromBytes([])).Should().Throw<InvalidDataException>()
            .WithMessage("The file is no ONNX model: it has no graph.");
        FluentActions.Invoking(() => OnnxImport.FromBytes("{\"format\":1}"u8)).Should().Throw<InvalidDataException>();
        FluentActions.Invoking(() => OnnxImport.Load("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => OnnxImport.Load("nowhere.onnx")).Should().Throw<FileNotFoundException>();
    }

    private static void TryImport(byte[] bytes)
    {
        try
        {
            OnnxImport.FromBytes(bytes);
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException)
        {
            error.Message.Should().NotBeEmpty();
        }
    }

    private static OnnxGraph Graph(string what)
    {
        OnnxGraph graph = new("main_graph", 14);
        string x = graph.Input("input", ElementType.Float, "T", "B", 2);
        string y = what switch
        {
            "clip" => Lstm(graph, x, OnnxAttribute.Floats("clip", 1)),
            "layout" => Lstm(graph, x, OnnxAttribute.Int("layout", 1)),
            "function" => Lstm(graph, x, OnnxAttribute.Texts("activations", "Sigmoid", "Softsign", "Tanh")),
            "gates" => Lstm(graph, x, OnnxAttribute.Texts("activations", "Tanh", "Tanh", "Tanh")),
            "number of functions" => Lstm(graph, x, OnnxAttribute.Texts("activations", "Tanh")),
            "affine" => Lstm(
                graph,
                x,
                OnnxAttribute.Texts("activations", "Sigmoid", "Affine", "Tanh"),
                OnnxAttribute.Floats("activation_alpha", 2),
                OnnxAttribute.Floats("activation_beta", 0)),
            "direction" => Lstm(graph, x, OnnxAttribute.Text("direction", "sideways")),
            "reverse" => Lstm(graph, x, OnnxAttribute.Text("direction", "reverse")),
            "size" => Lstm(graph, x, OnnxAttribute.Int("hidden_size", 3)),
            "shape" => graph.Node("LSTM", [x, Constant(graph, 1, 7, 2), Constant(graph, 1, 8, 2)]),
            "weights" => graph.Nodes("LSTM", [x, x, Constant(graph, 1, 8, 2)], 2)[0],
            "final state" => graph.Nodes("LSTM", [x, Constant(graph, 1, 8, 2), Constant(graph, 1, 8, 2)], 2)[1],
            "softmax" => graph.Node("Softmax", [Lstm(graph, x)]),
            "two biases" => graph.Plus(graph.Plus(graph.Product(x, Constant(graph, 2, 2)), Constant(graph, 2)), Constant(graph, 2)),
            "nothing" => x,
            "alpha" => graph.Node("Gemm", [x, Constant(graph, 2, 2)], new ProtoMessage().Add(1, "alpha").AddFloat(2, 2).Add(20, 1)),
            "joined residual" => graph.Node("Concat", [Lstm(graph, x), graph.Plus(x, Lstm(graph, x))], OnnxAttribute.Int("axis", 2)),
            "bias of another axis" => graph.Plus(graph.Product(x, Constant(graph, 2, 2)), Constant(graph, 2, 1)),
            "empty matrix" => graph.Product(x, Constant(graph, 0, 5)),
            "sum" => graph.Plus(Lstm(graph, x), Lstm(graph, x)),
            "unknown input" => "nobody",
            "sizes" => graph.Product(Lstm(graph, x), Constant(graph, 5, 2)),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "There is no such graph."),
        };
        graph.Output("output", y, "T", "B", 2);
        return graph;
    }

    private static string Lstm(OnnxGraph graph, string x, params ReadOnlySpan<ProtoMessage> attributes)
    {
        string[] results = graph.Nodes("LSTM", [x, Constant(graph, 1, 8, 2), Constant(graph, 1, 8, 2)], 2, attributes);
        return graph.Squeeze(results[0], 1);
    }

    private static int s_constants;

    private static string Constant(OnnxGraph graph, params long[] shape) => graph.Constant(
        $"constant {Interlocked.Increment(ref s_constants)}", new float[shape.Aggregate((a, b) => a * b)], shape);
}

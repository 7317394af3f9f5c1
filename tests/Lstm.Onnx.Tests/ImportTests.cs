using System.Text;

namespace Lstm.Onnx.Tests;

/// <summary>Models come back from files as they were, and models of others compute here what they compute in ONNX Runtime.</summary>
public sealed class ImportTests
{
    private const int Steps = 4, Batch = 3;

    private readonly Random _random = new(7);

    public static TheoryData<string, bool, bool> Cells
    {
        get
        {
            TheoryData<string, bool, bool> data = [];
            foreach (string cell in CellCatalogue.Names)
            {
                data.Add(cell, false, false);
                data.Add(cell, true, false);
                data.Add(cell, false, true);
                data.Add(cell, true, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_model_comes_back_with_its_weights_unless_it_was_written_as_a_loop(string cell, bool reverse, bool inputs)
    {
        Sequential<float> model = new(reverse
            ? new Bidirectional<float>(() => CellCatalogue.Create(cell, 4, 5))
            : CellCatalogue.Create(cell, 4, 5));
        Comparison.Randomize(model, _random);
        byte[] bytes = OnnxExport.ToBytes(model, new() { Lengths = inputs, States = inputs });

        if (Encoding.Latin1.GetString(bytes).Contains("Scan", StringComparison.Ordinal))
        {
            FluentActions.Invoking(() => OnnxImport.FromBytes(bytes)).Should().Throw<NotSupportedException>()
                .WithMessage("The node '0*/Scan_*' (Scan) computes by a graph of its own, which is not read.");
        }
        else
        {
            // Where states are inputs, the graph has no trained ones.
            ShouldBeEqual(OnnxImport.FromBytes(bytes), model, name => !inputs || name is not ['0', .., '0']);
        }
    }

    [Fact]
    public void Layers_around_recurrent_ones_come_back()
    {
        Sequential<float> model = new(
            new Embedding<float>(9, 4),
            new Bidirectional<float>(new LstmLayer<float>(4, 3, LstmVariants.Coupled), new GruLayer<float>(4, 2)),
            new Residual<float>(new RnnLayer<float>(5, 3, new() { Activation = Activation.Relu }), new Dense<float>(3, 5)),
            new Residual<float>(new Residual<float>(new LstmLayer<float>(5, 5))),
            new Dense<float>(5, 6));
        Comparison.Randomize(model, _random);

        ShouldBeEqual(OnnxImport.FromBytes(OnnxExport.ToBytes(model, new() { Lengths = true, States = true })), model);
    }

    [Fact]
    public void Layers_that_take_token_ids_come_back()
    {
        foreach (Layer<float> layer in (Layer<float>[])[new Dense<float>(9, 4), new LstmLayer<float>(9, 4), new Embedding<float>(9, 4)])
        {
            Sequential<float> model = new(layer, new GruLayer<float>(4, 3));
            Comparison.Randomize(model, _random);
            Sequential<float> back = OnnxImport.FromBytes(OnnxExport.ToBytes(model, new() { Tokens = true, Lengths = true }));

            back.Layers[0].Should().BeOfType(layer.GetType());
            ShouldBeEqual(back, model);
        }
    }

    [Fact]
    public void A_file_is_read()
    {
        string path = Path.GetTempFileName();
        try
        {
            Sequential<float> model = new(new LstmLayer<float>(2, 3));
            OnnxExport.Save(model, path);

            ShouldBeEqual(OnnxImport.Load(path), model);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>As PyTorch writes nn.LSTM(4, 5, num_layers=2, bidirectional=True, batch_first=True) and nn.Linear(10, 3).</summary>
    [Fact]
    public void Two_bidirectional_lstms_with_sequences_first_compute_the_same()
    {
        OnnxGraph graph = new("main_graph", 17);
        string x = Transposed(graph, graph.Input("input", ElementType.Float, "B", "T", 4), 1, 0, 2);
        for (int layer = 0; layer < 2; layer++)
        {
            string zeros = Zeros(graph, x, 2, 5);
            string[] results = graph.Nodes(
                "LSTM",
                [x, Weights(graph, 2, 20, layer == 0 ? 4 : 10), Weights(graph, 2, 20, 5), Weights(graph, 2, 40), "", zeros, zeros],
                3,
                OnnxAttribute.Int("hidden_size", 5),
                OnnxAttribute.Text("direction", "bidirectional"));
            x = graph.Node("Reshape", [Transposed(graph, results[0], 0, 2, 1, 3), graph.Integers(0, 0, -1)]);
        }

        x = graph.Node("MatMul", [Transposed(graph, x, 1, 0, 2), Weights(graph, 10, 3)]);
        graph.Output("output", graph.Plus(Weights(graph, 3), x), "B", "T", 3);
        byte[] bytes = graph.ToModel("test");

        float[] input = Numbers(Batch * Steps * 4);
        float[] expected = RunInRuntime(bytes, input, Batch, Steps, 4);
        Sequential<float> model = OnnxImport.FromBytes(bytes);
        model.Layers.Select(layer => layer.GetType()).Should().Equal(
            typeof(Bidirectional<float>), typeof(Bidirectional<float>), typeof(Dense<float>));
        float[] actual = Exchanged(Run(model, Exchanged(input, Batch, Steps, 4)), Steps, Batch, 3);
        Comparison.ShouldBeNear(actual, expected, "output");
    }

    [Theory]
    [InlineData("GRU", 3, 1)]
    [InlineData("GRU", 3, 0)]
    [InlineData("RNN", 1, 0)]
    [InlineData("LSTM", 4, 0)]
    public void Both_biases_of_an_operator_count(string operation, int gates, int resetAfter)
    {
        OnnxGraph graph = new("main_graph", 14);
        string x = graph.Input("input", ElementType.Float, "T", "B", 4);
        ProtoMessage[] attributes = operation == "GRU" ? [OnnxAttribute.Int("linear_before_reset", resetAfter)] : [];
        string y = graph.Nodes(
            operation,
            [x, Weights(graph, 1, gates * 5, 4), Weights(graph, 1, gates * 5, 5), Weights(graph, 1, 2 * gates * 5)],
            2,
            [OnnxAttribute.Int("hidden_size", 5), .. attributes])[0];
        graph.Output("output", graph.Squeeze(y, 1), "T", "B", 5);
        byte[] bytes = graph.ToModel("test");

        float[] input = Numbers(Steps * Batch * 4), expected = RunInRuntime(bytes, input, Steps, Batch, 4);
        Comparison.ShouldBeNear(Run(OnnxImport.FromBytes(bytes), input), expected, "output");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_gemm_is_a_dense_layer(int isTransposed)
    {
        OnnxGraph graph = new("main_graph", 14);
        string x = graph.Input("input", ElementType.Float, "B", 4);
        string weights = isTransposed == 1 ? Weights(graph, 3, 4) : Weights(graph, 4, 3);
        string y = graph.Node("Gemm", [x, weights, Weights(graph, 3)], OnnxAttribute.Int("transB", isTransposed));
        graph.Output("output", y, "B", 3);
        byte[] bytes = graph.ToModel("test");

        float[] input = Numbers(Steps * Batch * 4), expected = RunInRuntime(bytes, input, Steps * Batch, 4);
        Comparison.ShouldBeNear(Run(OnnxImport.FromBytes(bytes), input), expected, "output");
    }

    private static string Zeros(OnnxGraph graph, string x, int directions, int size)
    {
        string batch = graph.Node("Gather", [graph.Node("Shape", [x]), graph.Integer(1)], OnnxAttribute.Int("axis", 0));
        string shape = graph.Concat(0, graph.Integers(directions), graph.Unsqueeze(batch, 0), graph.Integers(size));
        return graph.Node("Expand", [graph.Number(0), shape]);
    }

    private static string Transposed(OnnxGraph graph, string x, params long[] axes) =>
        graph.Node("Transpose", [x], OnnxAttribute.Ints("perm", axes));

    private static float[] RunInRuntime(byte[] bytes, float[] input, params long[] shape)
    {
        using OnnxModel model = new(bytes);
        model.Set("input", input, shape);
        return model.Run()["output"];
    }

    private static float[] Run(Sequential<float> model, float[] input) =>
        new Bptt<float>(model, Steps, Batch, new() { ForwardOnly = true }).Forward(input).ToArray();

    private static float[] Exchanged(float[] values, int first, int second, int size)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < first * second; i++)
        {
            values.AsSpan(i * size, size).CopyTo(result.AsSpan((i % second * first + i / second) * size));
        }

        return result;
    }

    private static void ShouldBeEqual(Sequential<float> actual, Sequential<float> expected, Func<string, bool>? counts = null)
    {
        Parameter<float>[] parameters = [.. expected.Parameters.Where(parameter => counts?.Invoke(parameter.Name) ?? true)];
        actual.Parameters.Select(parameter => parameter.Name).Should().BeEquivalentTo(parameters.Select(parameter => parameter.Name));
        foreach (Parameter<float> parameter in parameters)
        {
            actual.Parameters[parameter.Name].Shape.ToArray().Should().Equal(parameter.Shape.ToArray());
            actual.Parameters[parameter.Name].Current.ToArray().Should().Equal(parameter.Current.ToArray(), parameter.Name);
        }
    }

    private string Weights(OnnxGraph graph, params long[] shape) =>
        graph.Constant($"weights {_random.Next()}", Numbers((int)shape.Aggregate((a, b) => a * b)), shape);

    private float[] Numbers(int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = 1.2f * _random.NextSingle() - 0.6f;
        }

        return values;
    }
}

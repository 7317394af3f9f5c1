namespace Lstm.Tool.Tests;

/// <summary>The tool, as its user calls it: what it prints, writes and returns.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lstm-tool-tests-").FullName;
    private readonly StringWriter _output = new(), _errors = new();

    [Fact]
    public void Show_tells_layers_information_and_tensors()
    {
        Model().Save(this["model.safetensors"], new ModelInfo<float> { Task = "Reads.", Labels = ["a", "b"], Seed = 3 });

        Run("show", this["model.safetensors"]).Should().Be(0);

        _output.ToString().ReplaceLineEndings("\n").Should().Be("""
            layers
              0 embedding: 5 to 4
              1 lstm: 4 to 6
              2 lstm: 6 to 6
              3 dense: 6 to 2
            task: Reads.
            labels: a, b
            seed: 3
            written by: Lstm 0.1.0
            tensors
              0.E [5, 4]
              1.W [24, 4]
              1.R [24, 6]
              1.b [24]
              2.W [24, 6]
              2.R [24, 6]
              2.b [24]
              3.W [2, 6]
              3.b [2]

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("model.onnx", null)]
    [InlineData("torch.safetensors", "--torch")]
    public void Convert_goes_there_and_back_and_compare_finds_no_difference(string other, string? option)
    {
        Model().Save(this["model.safetensors"]);

        Run(["convert", this["model.safetensors"], this[other], .. option is null ? Array.Empty<string>() : [option]]).Should().Be(0, _errors.ToString());
        Run("convert", this[other], this["back.safetensors"]).Should().Be(0, _errors.ToString());
        Run("compare", this["model.safetensors"], this["back.safetensors"], "--tolerance", "0").Should().Be(0, _errors.ToString());
        Run("compare", this[other], this["back.safetensors"]).Should().Be(0);
        Run("show", this[other]).Should().Be(0);

        _output.ToString().Should().Contain("back.safetensors: 4 layers, 610 parameters").And.Contain("largest difference of outputs: 0");
    }

    [Fact]
    public void Convert_writes_weights_for_Keras_and_options_of_ONNX()
    {
        Model().Save(this["model.safetensors"]);

        Run("convert", this["model.safetensors"], this["model.weights.h5"]).Should().Be(0, _errors.ToString());
        Run("convert", this["model.safetensors"], this["model.onnx"], "--opset", "22", "--lengths", "--states", "--softmax").Should().Be(0);

        new FileInfo(this["model.weights.h5"]).Length.Should().BeGreaterThan(610 * sizeof(float));
        new FileInfo(this["model.onnx"]).Length.Should().BeGreaterThan(610 * sizeof(float));
    }

    [Fact]
    public void Models_that_differ_are_told()
    {
        Model().Save(this["a.safetensors"]);
        Sequential<float> other = Model();
        other.Parameters["3.b"].Value[0] += 0.5f;
        other.Save(this["b.safetensors"]);

        Run("compare", this["a.safetensors"], this["b.safetensors"]).Should().Be(1);

        _output.ToString().Should().Be($"largest difference of outputs: 0.5{Environment.NewLine}");
    }

    [Fact]
    public void What_goes_wrong_is_one_line_and_nothing_is_written()
    {
        Model().Save(this["a.safetensors"]);
        new Sequential<float>(new Dense<float>(3, 2)).Save(this["b.safetensors"]);
        File.WriteAllText(this["c.safetensors"], "no model");

        Fails(1, "Expected a name that ends in .safetensors, .onnx or .weights.h5", "convert", this["a.safetensors"], this["a.xml"]);
        Fails(1, "Expected an operator set from 14 to 22", "convert", this["a.safetensors"], this["a.onnx"], "--opset", "99");
        Fails(1, "one goes from 5 to 2, the other from 3 to 2, of token ids", "compare", this["a.safetensors"], this["b.safetensors"]);
        Fails(1, "Cannot read", "show", this["c.safetensors"]);
        Fails(1, "Could not find file", "show", this["none.safetensors"]);
        Fails(2, "Required argument 'OUT' missing", "convert", this["a.safetensors"]);
        Fails(2, "'frobnicate'", "frobnicate");
        Directory.GetFiles(_folder).Should().HaveCount(3);
    }

    [Fact]
    public void Help_names_the_commands()
    {
        Run().Should().Be(0);

        _output.ToString().Should().Contain("show").And.Contain("convert").And.Contain("compare");
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _errors.Dispose();
    }

    private static Sequential<float> Model()
    {
        Sequential<float> model = new(new Embedding<float>(5, 4), new LstmLayer<float>(4, 6), new LstmLayer<float>(6, 6), new Dense<float>(6, 2));
        model.Initialize(seed: 4);
        return model;
    }

    private string this[string name] => Path.Combine(_folder, name);

    private int Run(params string[] args) => ToolCommands.Run(args, _output, _errors);

    private void Fails(int code, string message, params string[] args)
    {
        _errors.GetStringBuilder().Clear();
        Run(args).Should().Be(code);
        _errors.ToString().Should().StartWith("error: ").And.Contain(message).And.EndWith(Environment.NewLine);
        _errors.ToString().Split(Environment.NewLine).Should().HaveCount(2);
    }
}

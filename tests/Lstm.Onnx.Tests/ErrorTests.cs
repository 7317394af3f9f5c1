namespace Lstm.Onnx.Tests;

/// <summary>What cannot be exported is told, and by name.</summary>
public sealed class ErrorTests
{
    private static Sequential<float> Model => new(new LstmLayer<float>(2, 3));

    [Fact]
    public void A_cell_of_ones_own_is_refused_by_its_place_and_kind()
    {
        Sequential<float> model = new(new Dense<float>(2, 2), new RecurrentLayer<float>(new OwnCell(2, 3)));
        Action export = () => OnnxExport.ToBytes(model);

        export.Should().Throw<NotSupportedException>().WithMessage(
            "Layer 1 has no form in ONNX: its cell is of the kind OwnCell, and only the layers and cells of the library have one. "
            + "Export a model without it, and compute it outside of the exported graph.");
    }

    [Fact]
    public void A_layer_of_ones_own_is_refused_by_its_place_within_others()
    {
        Sequential<float> model = new(new Residual<float>(new Bidirectional<float>(new Dense<float>(4, 2), new Dense<float>(4, 2))),
            new Residual<float>(new Dense<float>(4, 4), new OwnLayer(4)));
        Action export = () => OnnxExport.ToBytes(model);

        export.Should().Throw<NotSupportedException>().WithMessage("Layer 1.1 has no form in ONNX: its layer is of the kind OwnLayer, *");
    }

    [Theory]
    [InlineData(13)]
    [InlineData(23)]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_operator_set_out_of_range_is_refused(int opset)
    {
        Action export = () => OnnxExport.ToBytes(Model, new() { Opset = opset });

        export.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options")
            .WithMessage("Expected an operator set from 14 to 22.*");
    }

    [Fact]
    public void A_layer_of_vectors_takes_no_token_ids()
    {
        Action export = () => OnnxExport.ToBytes(new(new Dropout<float>(2, 0.5), new Dense<float>(2, 3)), new() { Tokens = true });

        export.Should().Throw<ArgumentException>().WithParameterName("options")
            .WithMessage("Tokens is true, but the first layer, Dropout, takes no token ids.*");
    }

    [Fact]
    public void A_layer_of_token_ids_takes_no_vectors()
    {
        Action export = () => OnnxExport.ToBytes(new(new Embedding<float>(2, 3)), new() { Tokens = false });

        export.Should().Throw<ArgumentException>().WithParameterName("options")
            .WithMessage("Tokens is false, but the first layer, Embedding, takes token ids only.*");
    }

    [Fact]
    public void A_model_without_recurrent_layers_has_no_states()
    {
        Action export = () => OnnxExport.ToBytes(new(new Dense<float>(2, 3)), new() { States = true });

        export.Should().Throw<ArgumentException>().WithParameterName("options")
            .WithMessage("States is true, but no layer of the model has a state.*");
    }

    [Fact]
    public void Null_is_refused()
    {
        Action noModel = () => OnnxExport.ToBytes(null!), noModelToFile = () => OnnxExport.Save(null!, "model.onnx");
        Action noPath = () => OnnxExport.Save(Model, null!), emptyPath = () => OnnxExport.Save(Model, "");

        noModel.Should().Throw<ArgumentNullException>().WithParameterName("model");
        noModelToFile.Should().Throw<ArgumentNullException>().WithParameterName("model");
        noPath.Should().Throw<ArgumentNullException>().WithParameterName("path");
        emptyPath.Should().Throw<ArgumentException>().WithParameterName("path");
    }
}

namespace Lstm.PyTorch.Tests;

/// <summary>The examples of docs/interchange.md run.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lstm-pytorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Weights_go_to_PyTorch_and_back()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        var model = new Sequential<float>(
            new Embedding<float>(vocabularySize: 65, size: 16),
            new LstmLayer<float>(16, 32),
            new LstmLayer<float>(32, 32),
            new Dense<float>(32, 65));
        float[] before = model.Parameters.Values.ToArray();

        TorchStateDict<float>.From(
            new("embedding", model.Layers[0]),
            new("rnn", model.Layers[1], model.Layers[2]),
            new("head", model.Layers[3])).Save(path);

        model.Parameters.Values.Clear();
        TorchStateDict<float>.Read(path).CopyTo(
            new("embedding", model.Layers[0]),
            new("rnn", model.Layers[1], model.Layers[2]),
            new("head", model.Layers[3]));

        model.Parameters.Values.ToArray().Should().Equal(before);
        TorchStateDict<float>.Read(path).CreateModel("rnn", "embedding", "head").Parameters.Values.ToArray().Should().Equal(before);
    }
}

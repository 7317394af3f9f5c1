namespace Lstm.Onnx.Tests;

/// <summary>The examples of docs/onnx.md run.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lstm-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_is_exported()
    {
        string path = Path.Combine(_folder, "model.onnx");

        Sequential<float> model = new(new LstmLayer<float>(8, 64), new Dense<float>(64, 3));
        OnnxExport.Save(model, path, new OnnxExportOptions { Lengths = true, Softmax = true });
        byte[] bytes = OnnxExport.ToBytes(model);

        OnnxImport.FromBytes(bytes).Parameters.Values.ToArray().Should().Equal(model.Parameters.Values.ToArray());
        new FileInfo(path).Length.Should().BeGreaterThan(bytes.Length, "there are lengths and a softmax, too");
    }
}

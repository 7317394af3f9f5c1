namespace Lstm.Onnx.Tests;

/// <summary>Files: the same bytes for the same model, whole or not at all.</summary>
public sealed class FileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lstm-onnx-");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        foreach (string cell in CellCatalogue.Names)
        {
            Bytes(cell).Should().Equal(Bytes(cell), cell);
        }

        static byte[] Bytes(string cell)
        {
            Sequential<float> model = new(new Bidirectional<float>(() => CellCatalogue.Create(cell, 2, 3)));
            Comparison.Randomize(model, new Random(5));
            return OnnxExport.ToBytes(model, new() { Lengths = true, States = true });
        }
    }

    [Fact]
    public void A_file_holds_the_bytes_and_replaces_an_older_one()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3));
        File.WriteAllText(PathOf("model.onnx"), "old");

        OnnxExport.Save(model, PathOf("model.onnx"), new() { Softmax = true });

        File.ReadAllBytes(PathOf("model.onnx")).Should().Equal(OnnxExport.ToBytes(model, new() { Softmax = true }));
        _folder.GetFiles().Should().ContainSingle();
    }

    [Fact]
    public void A_file_of_a_new_name_is_made()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3));

        OnnxExport.Save(model, PathOf("new.onnx"));

        File.ReadAllBytes(PathOf("new.onnx")).Should().Equal(OnnxExport.ToBytes(model));
        _folder.GetFiles().Should().ContainSingle();
    }

    [Fact]
    public void A_symbolic_link_stays_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                             // links need a privilege there
        }

        File.WriteAllText(PathOf("target.onnx"), "old");
        File.CreateSymbolicLink(PathOf("model.onnx"), PathOf("target.onnx"));
        Sequential<float> model = new(new LstmLayer<float>(2, 3));

        OnnxExport.Save(model, PathOf("model.onnx"));

        new FileInfo(PathOf("model.onnx")).LinkTarget.Should().Be(PathOf("target.onnx"));
        File.ReadAllBytes(PathOf("target.onnx")).Should().Equal(OnnxExport.ToBytes(model));
    }

    [Fact]
    public void An_export_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(PathOf("model.onnx"), "old");
        Action export = () => OnnxExport.Save(new(new OwnLayer(2)), PathOf("model.onnx"));

        export.Should().Throw<NotSupportedException>();
        File.ReadAllText(PathOf("model.onnx")).Should().Be("old");
        _folder.GetFiles().Should().ContainSingle();
    }

    [Fact]
    public void A_file_that_cannot_take_its_name_leaves_nothing()
    {
        _folder.CreateSubdirectory("model.onnx");
        Action onFolder = () => OnnxExport.Save(new(new LstmLayer<float>(2, 3)), PathOf("model.onnx"));
        Action noFolder = () => OnnxExport.Save(new(new LstmLayer<float>(2, 3)), PathOf("nowhere/model.onnx"));

        onFolder.Should().Throw<Exception>().Which.Should().Match(error => error is IOException || error is UnauthorizedAccessException);
        noFolder.Should().Throw<DirectoryNotFoundException>();
        _folder.GetFiles().Should().BeEmpty();
    }

    [Fact]
    public void Inputs_and_outputs_have_the_names_of_the_states()
    {
        Sequential<float> model = new(
            new Bidirectional<float>(new LstmLayer<float>(2, 3), new GruLayer<float>(2, 3)),
            new Residual<float>(new LstmLayer<float>(6, 6, LstmVariants.FullGateRecurrence)));
        using OnnxModel exported = new(OnnxExport.ToBytes(model, new() { Lengths = true, States = true }));

        string[] states = ["0.forward.h", "0.forward.c", "0.backward.h", "1.0.h", "1.0.c", "1.0.gates"];
        exported.InputNames.Should().Equal(["input", "lengths", .. states]);
        exported.OutputNames.Should().Equal(["output", .. states.Select(state => $"{state}.next")]);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

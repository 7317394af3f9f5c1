using System.Runtime.InteropServices;
using System.Text;
using Lstm.Tests.Formats;

namespace Lstm.Tests.ModelFiles;

/// <summary>Files that do not give a model: the message tells why, and nothing is allocated on the word of a file.</summary>
public sealed class RefusedFileTests : IDisposable
{
    private const string Dense = "{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":4}";

    private readonly TempFolder _folder = new();

    [Fact]
    public void Parameters_without_layers()
    {
        string file = _folder.Write("old", FileBytes.Of($"{{{FileBytes.Weights},{FileBytes.Bias}}}", 64));

        Refused(file, "it has parameters alone: build the model, and call LoadParameters.");
        new Sequential<float>(new Dense<float>(3, 4)).LoadParameters(file).Should().BeEmpty();
    }

    [Theory]
    [InlineData("{\"format\":2,\"layers\":[]}", "of format 1, but it is of format 2: a newer version wrote it.")]
    [InlineData("{\"layers\":[]}", "of format 1, but it is of format none")]
    [InlineData("{\"format\":1}", "to have a list 'layers' of at least one layer.")]
    [InlineData("{\"format\":1,\"layers\":[]}", "to have a list 'layers' of at least one layer.")]
    [InlineData("{\"format\":1,\"layers\":{}}", "to have a list 'layers' of at least one layer.")]
    [InlineData("{\"format\":1,\"lacks\":\"layer 1, Own\"}", "layer 1, Own, did not describe itself when it was saved")]
    [InlineData("[]", "to be of JSON kind Object, but got Array.")]
    [InlineData("{", "to be valid JSON")]
    public void Texts_that_describe_no_model(string text, string message) => Refused(Described(text), message);

    [Theory]
    [InlineData("{}", "to have a 'kind', but it has none.")]
    [InlineData("{\"kind\":3}", "kind to be of JSON kind String, but got Number.")]
    [InlineData("{\"kind\":\"\"}", "the 'kind' of a layer to be a name, but it is empty.")]
    [InlineData("{\"kind\":\"acme.clock\"}", "but got 'acme.clock': if it is your own, give a LayerKinds that knows it by AddLayer.")]
    [InlineData("{\"kind\":\"recurrent\",\"cell\":[{\"kind\":\"clock\"}]}", "Expected a kind of cell that is known, but got 'clock'")]
    [InlineData("{\"kind\":\"recurrent\"}", "layer kind 'recurrent' to have one 'cell'.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3}", "layer kind 'dense' to have 'outputSize', a whole number, but it has none.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":4.5}", "'outputSize' of layer kind 'dense' to be a whole number, but got 4.5.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":\"4\"}", "'outputSize' of layer kind 'dense' to be a whole number, but it is something else.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":1e99}", "'outputSize' of layer kind 'dense' to be a whole number, but got 1E+99.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":1e999}", "'outputSize' of a layer to be a number, a flag, a text or a list, but got Number.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":4,\"inputSize\":3}", "every name in the description of a layer once, but 'inputSize' comes twice.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":4,\"gelu\":true}", "members of layer kind 'dense' that this version knows, but there is 'gelu'.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":0,\"outputSize\":4}", "Expected a size of 1 or more.")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":3,\"hiddenSize\":4,\"coupledGates\":true,\"inputGate\":false}", "CoupledGates needs InputGate and ForgetGate.")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":3,\"hiddenSize\":4,\"blockActivation\":\"tanh\"}", "'blockActivation' of layer kind 'lstm' to be one of Tanh,")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":3,\"hiddenSize\":4,\"blockActivation\":\"1\"}", "'blockActivation' of layer kind 'lstm' to be one of Tanh,")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":3,\"hiddenSize\":4,\"layerNorm\":[{\"kind\":\"layer-norm\",\"y\":1}]}", "members of layer kind 'layer-norm' that this version knows, but there is 'y'.")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":3,\"hiddenSize\":4,\"layerNorm\":[{\"kind\":\"x\"}]}", "Expected one 'layer-norm', but got 'x'.")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":3,\"outputSize\":5}", "Expected tensor '0.W' of shape [5,3], but the file has [4,3].")]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":4,\"outputSize\":3}", "Expected tensor '0.W' of shape [3,4], but the file has [4,3].")]
    [InlineData("{\"kind\":\"embedding\",\"inputSize\":3,\"outputSize\":4}", "but the file lacks '0.E', and has '0.W', '0.b', of which the model knows nothing.")]
    [InlineData(Dense + "," + Dense, "but the file lacks '1.W', '1.b'.")]
    [InlineData(Dense + ",{\"kind\":\"dropout\",\"size\":3,\"rate\":0.5}", "layers that form a model. Layer 1 expects an input of size 3, but layer 0 gives 4.")]
    public void Layers_that_cannot_be_made_or_are_not_those_of_the_tensors(string layers, string message) =>
        Refused(Described($"{{\"format\":1,\"layers\":[{layers}]}}"), message);

    [Theory]
    [InlineData("{\"kind\":\"dense\",\"inputSize\":2147483647,\"outputSize\":2147483647}")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":2147483647,\"hiddenSize\":60000000}")]
    [InlineData("{\"kind\":\"lstm\",\"inputSize\":1,\"hiddenSize\":2147483647}")]
    [InlineData("{\"kind\":\"gru\",\"inputSize\":2147483647,\"hiddenSize\":500000000}")]
    [InlineData("{\"kind\":\"rnn\",\"inputSize\":2147483647,\"hiddenSize\":2147483647}")]
    [InlineData("{\"kind\":\"dropout\",\"size\":2147483647,\"rate\":0.5}")]
    public void Sizes_allocate_nothing(string layer)
    {
        string file = Described($"{{\"format\":1,\"layers\":[{layer}]}}");
        Refuse();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refuse();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(200_000);

        void Refuse() => FluentActions.Invoking(() => Sequential<float>.Load(file)).Should().ThrowExactly<InvalidDataException>();
    }

    [Fact]
    public void Numbers_of_another_type()
    {
        new Sequential<float>(new Dense<float>(3, 4)).Save(_folder["model"]);

        FluentActions.Invoking(() => Sequential<double>.Load(_folder["model"])).Should().ThrowExactly<InvalidDataException>()
            .WithMessage("*Expected tensor '0.W' of F64 (double), but the file has F32 (float).");
    }

    [Theory]
    [InlineData("lstm.scaler", "{\"mean\":[1],\"scale\":[0]}", "'lstm.scaler' to be a scaler. Expected a scale greater than 0, but got 0.*")]
    [InlineData("lstm.scaler", "{\"mean\":[1]}", "'lstm.scaler' to have a list 'scale'.")]
    [InlineData("lstm.scaler", "{\"mean\":[\"1\"],\"scale\":[1]}", "finite numbers in 'lstm.scaler', but got String.")]
    [InlineData("lstm.labels", "{}", "lstm.labels to be of JSON kind Array, but got Object.")]
    [InlineData("lstm.metrics", "{\"a\":\"b\"}", "finite numbers in 'lstm.metrics', but got String.")]
    [InlineData("lstm.metrics", "{\"a\":1e999}", "finite numbers in 'lstm.metrics', but got Number.")]
    [InlineData("lstm.metrics", "{", "'lstm.metrics' to be valid JSON*")]
    [InlineData("lstm.seed", "-1", "'lstm.seed' to be a whole number from 0 to 2^64-1, but got '-1'.")]
    [InlineData("lstm.characters", "{\"characters\":\"ba\"}", "characters to be sorted*")]
    public void Information_that_is_none(string name, string text, string message)
    {
        string file = Described($"{{\"format\":1,\"layers\":[{Dense}]}}", (name, text));

        FluentActions.Invoking(() => Sequential<float>.Load(file, out _)).Should().ThrowExactly<InvalidDataException>()
            .WithMessage($"Cannot read '{file}'. *{message}");
        Sequential<float>.Load(file).Parameters.Count.Should().Be(2, "the model itself is sound");
    }

    [Fact]
    public void Names_of_texts_that_are_the_librarys_own_are_not_taken()
    {
        Sequential<float> model = new(new Dense<float>(3, 4));
        Dictionary<string, string> texts = new() { ["lstm.model"] = "" };

        FluentActions.Invoking(() => model.Save(_folder["a"], texts)).Should().Throw<ArgumentException>().WithMessage("*but got 'lstm.model'*");
        FluentActions.Invoking(() => model.Save(_folder["a"], new ModelInfo<float> { Texts = texts })).Should().Throw<ArgumentException>()
            .WithMessage("*but got 'lstm.model'*");
        FluentActions.Invoking(() => model.Save(_folder["a"], new ModelInfo<float> { Labels = ["\ud800"] })).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => model.Save(_folder["a"], new ModelInfo<float> { Metrics = new Dictionary<string, double> { ["x"] = double.NaN } }))
            .Should().Throw<ArgumentException>().WithMessage("*'x' is NaN.");
        _folder.Names.Should().BeEmpty();
    }

    [Fact]
    public void Halves_of_16_bits_are_read()
    {
        string header = "{'__metadata__':{'lstm.model':" + Quote($"{{\"format\":1,\"layers\":[{Dense}]}}").Replace('"', '\'').Replace("\\'", "\\u0022")
            + "},'0.W':{'dtype':'F16','shape':[4,3],'data_offsets':[0,24]},'0.b':{'dtype':'BF16','shape':[4],'data_offsets':[24,32]}}";
        Half[] weights = [.. Enumerable.Range(0, 12).Select(k => (Half)(k / 7.0 - 1))];
        ushort[] bias = [0x3F80, 0xBF00, 0x0001, 0x7F80];
        string file = _folder.Write("half", FileBytes.Of(header, [.. MemoryMarshal.AsBytes<Half>(weights), .. MemoryMarshal.AsBytes<ushort>(bias)]));

        Sequential<double> model = Sequential<double>.Load(file);

        model.Parameters["0.W"].Value.ToArray().Should().Equal(weights.Select(weight => (double)weight));
        model.Parameters["0.b"].Value.ToArray().Should().Equal(1, -0.5, BitConverter.UInt32BitsToSingle(0x0001_0000), double.PositiveInfinity);
    }

    public void Dispose() => _folder.Dispose();

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A file with the tensors of a <c>Dense(3, 4)</c>.</summary>
    private string Described(string model, params (string Name, string Text)[] texts)
    {
        string metadata = string.Join(',', texts.Prepend(("lstm.model", model)).Select(text => $"\"{text.Item1}\":{Quote(text.Item2)}"));
        string tensors = $"{FileBytes.Weights},{FileBytes.Bias}".Replace('\'', '"');
        byte[] header = Encoding.UTF8.GetBytes($"{{\"__metadata__\":{{{metadata}}},{tensors}}}");
        return _folder.Write("described", FileBytes.WithLength((ulong)header.Length, [.. header, .. new byte[64]]));
    }

    private static void Refused(string file, string message) => FluentActions.Invoking(() => Sequential<float>.Load(file)).Should()
        .ThrowExactly<InvalidDataException>().WithMessage($"Cannot read '{file}'. *{message.Replace("*", "?", StringComparison.Ordinal)}*");
}

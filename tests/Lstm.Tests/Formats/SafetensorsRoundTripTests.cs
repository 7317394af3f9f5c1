using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Tests.Formats;

public sealed class SafetensorsRoundTripTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Floats_come_back_bit_for_bit()
    {
        Sequential<float> saved = new(new LstmLayer<float>(3, 5, new() { Peepholes = true }), new Dense<float>(5, 4));
        // -NaN with a payload and a signalling NaN as well, which only survive if no one computes with them.
        uint[] special = [0x7FC00000, 0xFFC12345, 0x7F800001, 0x80000000, 0x7F800000, 0xFF800000, 1, 0x7F7FFFFF];
        special.CopyTo(MemoryMarshal.Cast<float, uint>(saved.Parameters.Values));
        Sequential<float> loaded = new(new LstmLayer<float>(3, 5, new() { Peepholes = true }), new Dense<float>(5, 4));
        loaded.Initialize(seed: 7);

        saved.Save(Path);
        loaded.LoadParameters(Path).Should().BeEmpty();

        Bits(loaded.Parameters).Should().Equal(Bits(saved.Parameters));
    }

    [Fact]
    public void Doubles_come_back_bit_for_bit()
    {
        Sequential<double> saved = new(new Embedding<double>(7, 3), new LstmLayer<double>(3, 5), new Dense<double>(5, 7));
        ulong[] special =
            [0x7FF8000000000000, 0xFFF8000000012345, 0x7FF0000000000001, 1UL << 63, 0x7FF0000000000000, 0xFFF0000000000000, 1];
        special.CopyTo(MemoryMarshal.Cast<double, ulong>(saved.Parameters.Values));
        Sequential<double> loaded = new(new Embedding<double>(7, 3), new LstmLayer<double>(3, 5), new Dense<double>(5, 7));
        loaded.Initialize(seed: 7);

        saved.Save(Path);
        loaded.LoadParameters(Path);

        Bits(loaded.Parameters).Should().Equal(Bits(saved.Parameters));
    }

    [Fact]
    public void A_parameter_larger_than_one_chunk_comes_back()
    {
        Sequential<float> saved = new(new Dense<float>(300, 500));
        Sequential<float> loaded = new(new Dense<float>(300, 500));
        loaded.Initialize(seed: 7);

        saved.Save(Path);
        loaded.LoadParameters(Path);

        loaded.Parameters.Values.SequenceEqual(saved.Parameters.Values).Should().BeTrue();
    }

    [Fact]
    public void Metadata_come_back_in_any_script_and_with_any_sign()
    {
        Dictionary<string, string> metadata = new()
        {
            ["vocabulary"] = "\n\t\0\u001F \"'\\/<&>äß字😀\u2028\uFEFF\u007F",
            ["\"quoted\" schlüssel 🔑"] = "",
            ["__metadata__"] = "{\"dtype\":1}",
            [""] = "no name",
        };
        Sequential<float> model = new(new Dense<float>(2, 1));

        model.Save(Path, metadata);

        model.LoadParameters(Path).Should().Equal(metadata);
        ModelFile.ReadMetadata(Path).Should().Equal(metadata);
    }

    [Fact]
    public void The_file_of_a_tiny_model_is_exactly_this()
    {
        Sequential<float> model = new(new Dense<float>(2, 1));
        new[] { 1f, -2f, 0.5f }.CopyTo(model.Parameters.Values);

        model.Save(Path, new Dictionary<string, string> { ["task"] = "xor \"é\"" });

        const string Header = """
            {"__metadata__":{"lstm.model":"{\"format\":1,\"layers\":[{\"kind\":\"dense\",\"inputSize\":2,\"outputSize\":1}]}",
            "task":"xor \"é\""},"0.W":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
            "0.b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
            """;
        byte[] json = Encoding.UTF8.GetBytes(Header.ReplaceLineEndings(""));
        json.Should().HaveCount(248);
        File.ReadAllBytes(Path).Should().Equal((byte[])[
            248, 0, 0, 0, 0, 0, 0, 0,
            .. json,
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("22")]
    [InlineData("333")]
    [InlineData("4444")]
    [InlineData("55555")]
    [InlineData("666666")]
    [InlineData("7777777")]
    public void The_data_begin_at_a_multiple_of_8_bytes(string text)
    {
        Sequential<double> model = new(new Dense<double>(2, 1));

        model.Save(Path, new Dictionary<string, string> { ["text"] = text });

        BitConverter.ToUInt64(File.ReadAllBytes(Path)).Should().Match(length => length % 8 == 0);
        model.LoadParameters(Path)["text"].Should().Be(text);
    }

    [Fact]
    public void Tensors_may_lie_in_any_order_with_spaces_after_the_header()
    {
        float[] data = [.. Enumerable.Range(0, 16).Select(k => (float)k)];
        string path = _folder.Write("other.safetensors", FileBytes.Of(
            "{'0.W':{'shape':[4,3],'note':null,'data_offsets':[16,64],'dtype':'F32'},"
            + "'0.b':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}   \n",
            MemoryMarshal.AsBytes(data.AsSpan()).ToArray()));
        Sequential<float> model = new(new Dense<float>(3, 4));

        model.LoadParameters(path);

        model.Parameters["0.b"].Value.ToArray().Should().Equal(data[..4]);
        model.Parameters["0.W"].Value.ToArray().Should().Equal(data[4..]);
    }

    /// <summary>As the reference reader has it: the map is optional, and null is none.</summary>
    [Fact]
    public void Metadata_of_null_are_none()
    {
        string path = _folder.Write("other.safetensors", FileBytes.Of($"{{'__metadata__':null,{FileBytes.Weights},{FileBytes.Bias}}}", 64));
        Sequential<float> model = new(new Dense<float>(3, 4));

        model.LoadParameters(path).Should().BeEmpty();
        ModelFile.ReadMetadata(path).Should().BeEmpty();
    }

    [Fact]
    public void A_file_is_replaced_and_nothing_else_is_left()
    {
        Sequential<float> model = new(new Dense<float>(2, 1));
        File.WriteAllText(Path, new string('x', 10_000));

        model.Save(Path, new Dictionary<string, string> { ["epoch"] = 1.ToString(CultureInfo.InvariantCulture) });
        model.Save(Path, new Dictionary<string, string> { ["epoch"] = 2.ToString(CultureInfo.InvariantCulture) });

        model.LoadParameters(Path)["epoch"].Should().Be("2");
        _folder.Names.Should().Equal("model.safetensors");
    }

    private static uint[] Bits(ParameterCollection<float> parameters) =>
        MemoryMarshal.Cast<float, uint>(parameters.Values).ToArray();

    private static ulong[] Bits(ParameterCollection<double> parameters) =>
        MemoryMarshal.Cast<double, ulong>(parameters.Values).ToArray();
}

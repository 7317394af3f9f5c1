namespace Lstm.Tests.Formats;

/// <summary>Every file here is wrong in one way. It is refused with a message that says how, and the model stays as it was.</summary>
public sealed class SafetensorsDamageTests : IDisposable
{
    private const string Weights = FileBytes.Weights;
    private const string Bias = FileBytes.Bias;

    private readonly TempFolder _folder = new();
    private readonly Sequential<float> _model = new(new Dense<float>(3, 4));

    public static TheoryData<string, int, string> DamagedHeaders => new()
    {
        // no header at all
        { "", 64, "*header to begin with '{', but it is empty*" },
        { "[1,2]", 64, "*header to begin with '{', but got byte 0x5B*" },
        { $" {{{Weights},{Bias}}}", 64, "*header to begin with '{', but got byte 0x20*" },
        { $"{{{Weights},{Bias}", 64, "*header of valid JSON*" },
        { $"{{{Weights},{Bias},}}", 64, "*header of valid JSON*" },
        { $"{{{Weights},{Bias}}}x", 64, "*header of valid JSON*'x'*" },
        { $"{{{Weights},{Bias}}}\0", 64, "*header of valid JSON*" },
        { $"{{{Weights},{Bias},'\\ud800':1}}", 64, "*header of valid JSON*surrogate*" },
        { "{'a':" + new string('[', 100) + new string(']', 100) + "}", 0, "*header of valid JSON*depth*" },

        // names
        { $"{{{Weights},{Weights},{Bias}}}", 64, "*every name in the header once, but '0.W' comes twice*" },
        { $"{{{Weights},{Bias},'0.\\u0057':1}}", 64, "*'0.W' comes twice*" },
        { "{'0.W':{'dtype':'F32','dtype':'F32','shape':[4,3],'data_offsets':[0,48]}}", 48, "*every name in tensor '0.W' once*'dtype'*" },

        // metadata
        { $"{{'__metadata__':{{'epoch':3}},{Weights},{Bias}}}", 64, "*metadata 'epoch'*String*Number*" },
        { $"{{'__metadata__':{{'epoch':null}},{Weights},{Bias}}}", 64, "*metadata 'epoch'*String*Null*" },
        { $"{{'__metadata__':{{'a':'1','a':'2'}},{Weights},{Bias}}}", 64, "*every name in __metadata__ once, but 'a'*" },
        { $"{{'__metadata__':['a'],{Weights},{Bias}}}", 64, "*__metadata__*Object*Array*" },
        { $"{{'__metadata__':{{}},'__metadata__':{{}},{Weights},{Bias}}}", 64, "*'__metadata__' comes twice*" },
        { $"{{'__metadata__':{{'a':'\\udc00'}},{Weights},{Bias}}}", 64, "*header of valid JSON*surrogate*" },

        // entries
        { $"{{'0.W':1,{Bias}}}", 64, "*tensor '0.W'*Object*Number*" },
        { "{'0.W':{'shape':[4,3],'data_offsets':[0,48]}}", 48, "*tensor '0.W' to have a dtype*none*" },
        { "{'0.W':{'dtype':'F32','data_offsets':[0,48]}}", 48, "*tensor '0.W' to have a shape*none*" },
        { "{'0.W':{'dtype':'F32','shape':[4,3]}}", 48, "*tensor '0.W' to have a data_offsets*none*" },
        { Entry("32", "[4,3]", "[0,48]"), 48, "*dtype of tensor '0.W'*String*Number*" },
        { Entry("'F33'", "[4,3]", "[0,48]"), 48, "*tensor '0.W'*dtype*F32 or F64*'F33'*" },
        { Entry("'f32'", "[4,3]", "[0,48]"), 48, "*tensor '0.W'*dtype*F32 or F64*'f32'*" },
        { Entry("'F32'", "12", "[0,48]"), 48, "*shape of tensor '0.W'*Array*Number*" },
        { Entry("'F32'", "[4,'3']", "[0,48]"), 48, "*shape of tensor '0.W'*integers*[4,\"3\"]*" },
        { Entry("'F32'", "[-4,-3]", "[0,48]"), 48, "*shape of tensor '0.W'*integers from 0*[-4,-3]*" },
        { Entry("'F32'", "[4,3.0]", "[0,48]"), 48, "*shape of tensor '0.W'*integers*[4,3.0]*" },
        { Entry("'F32'", "[4,3e0]", "[0,48]"), 48, "*shape of tensor '0.W'*integers*[4,3e0]*" },
        { Entry("'F32'", "[9223372036854775808]", "[0,48]"), 48, "*shape of tensor '0.W'*2^63-1*[9223372036854775808]*" },
        { Entry("'F32'", "[4294967296,4294967296]", "[0,0]"), 0, "*'0.W'*less than 2^63 values*[4294967296,4294967296]*" },
        { Entry("'F32'", "[9223372036854775807,9223372036854775807,9223372036854775807]", "[0,0]"), 0, "*'0.W'*less than 2^63 values*" },
        { Entry("'F32'", "[4611686018427387904]", "[0,0]"), 0, "*'0.W' to span 18446744073709551616 bytes*F32*[0,0]*" },
        { Entry("'F32'", "[4,3]", "48"), 48, "*data_offsets of tensor '0.W'*Array*Number*" },
        { Entry("'F32'", "[4,3]", "[48]"), 48, "*'0.W'*2 data_offsets*got 1*" },
        { Entry("'F32'", "[4,3]", "[0,24,48]"), 48, "*'0.W'*2 data_offsets*got 3*" },
        { Entry("'F32'", "[4,3]", "[-48,0]"), 48, "*data_offsets of tensor '0.W'*integers from 0*[-48,0]*" },
        { Entry("'F32'", "[4,3]", "[0,99999999999999999999]"), 48, "*data_offsets of tensor '0.W'*integers*99999999999999999999*" },

        // where the data lie
        { Entry("'F32'", "[4,3]", "[0,44]"), 44, "*'0.W' to span 48 bytes*F32 [4,3]*[0,44]*" },
        { Entry("'F32'", "[4,3]", "[48,0]"), 48, "*'0.W' to span 48 bytes*[48,0]*" },
        { Entry("'F64'", "[4,3]", "[0,48]"), 48, "*'0.W' to span 96 bytes*F64 [4,3]*[0,48]*" },
        { $"{{{Weights},{Bias}}}", 63, "*64 bytes of data, but the file has 63*truncated*" },
        { $"{{{Weights},{Bias}}}", 0, "*64 bytes of data, but the file has 0*truncated*" },
        { $"{{{Weights},{Bias}}}", 65, "*64 bytes of data, but the file has 65*follows the last tensor*" },
        { "{}", 1, "*0 bytes of data, but the file has 1*" },
        { $"{{{Weights},'0.b':{{'dtype':'F32','shape':[4],'data_offsets':[44,60]}}}}", 64, "*'0.b' to begin*48*'0.W' ends*44*overlap*" },
        { $"{{{Weights},'0.b':{{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}}}", 48, "*'0.W' to begin*16*'0.b' ends*0*overlap*" },
        { $"{{{Weights},'0.b':{{'dtype':'F32','shape':[4],'data_offsets':[52,68]}}}}", 68, "*'0.b' to begin*48*'0.W' ends*52*hole*" },
        { "{'0.W':{'dtype':'F32','shape':[4,3],'data_offsets':[4,52]}}", 52, "*'0.W' to begin*0, where the data begin*4*hole*" },
    };

    public static TheoryData<string, int, string> OtherModels => new()
    {
        { $"{{{Weights}}}", 48, "*2 tensors of the model, but the file lacks '0.b'.*" },
        { "{}", 0, "*the file lacks '0.W', '0.b'.*" },
        { $"{{{Weights},{Bias},'0.p':{{'dtype':'F32','shape':[1],'data_offsets':[64,68]}}}}", 68, "*has all of them, and has '0.p'*" },
        { $"{{{Weights},{Bias},'':{{'dtype':'F32','shape':[0],'data_offsets':[64,64]}}}}", 64, "*has '', of which the model knows nothing*" },
        { $"{{{Weights},'1.b':{{'dtype':'F32','shape':[4],'data_offsets':[48,64]}}}}", 64, "*lacks '0.b', and has '1.b', of which*" },
        { Dense("F32", "[3,4]", 48, "[4]", 64), 64, "*'0.W' of shape [4,3], but the file has [3,4]*" },
        { Dense("F32", "[12]", 48, "[4]", 64), 64, "*'0.W' of shape [4,3], but the file has [12]*" },
        { Dense("F32", "[4,3]", 48, "[5]", 68), 68, "*'0.b' of shape [4], but the file has [5]*" },
        { Dense("F32", "[4,3]", 48, "[4,1]", 64), 64, "*'0.b' of shape [4], but the file has [4,1]*" },
        { Dense("F64", "[4,3]", 96, "[4]", 128), 128, "*'0.W' of F32 (float), but the file has F64 (double)*" },
        { Dense("I32", "[4,3]", 48, "[4]", 64), 64, "*'0.W' of F32 (float), but the file has I32*" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(DamagedHeaders))]
    public void A_damaged_header_is_refused(string header, int dataLength, string message)
    {
        string path = _folder.Write("damaged.safetensors", FileBytes.Of(header, dataLength));

        LoadShouldFail(path, message);
        ReadMetadataShouldFail(path, message);
    }

    [Theory]
    [MemberData(nameof(OtherModels))]
    public void A_sound_file_of_another_model_is_refused(string header, int dataLength, string message)
    {
        string path = _folder.Write("other.safetensors", FileBytes.Of(header, dataLength));

        LoadShouldFail(path, message);
        ModelFile.ReadMetadata(path).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_file_shorter_than_the_length_of_the_header_is_refused(int length)
    {
        string path = _folder.Write("short.safetensors", new byte[length]);

        LoadShouldFail(path, $"*at least 8 bytes, but the file has {length}.");
        ReadMetadataShouldFail(path, $"*at least 8 bytes, but the file has {length}.");
    }

    [Theory]
    [InlineData(3UL, "*at least 11 bytes, 8 and a header of 3, but the file has 10.")]
    [InlineData(100_000_000UL, "*at least 100000008 bytes, 8 and a header of 100000000, but the file has 10.")]
    [InlineData(100_000_001UL, "*header of at most 100000000 bytes*100000001.")]
    [InlineData(ulong.MaxValue, "*header of at most 100000000 bytes*18446744073709551615.")]
    [InlineData(1UL << 63, "*header of at most 100000000 bytes*9223372036854775808.")]
    public void A_header_longer_than_the_file_or_the_limit_is_refused(ulong headerLength, string message)
    {
        string path = _folder.Write("long.safetensors", FileBytes.WithLength(headerLength, (byte)'{', (byte)'}'));

        LoadShouldFail(path, message);
        ReadMetadataShouldFail(path, message);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_refused()
    {
        byte[] json = [.. "{\"__metadata__\":{\"a\":\""u8, 0xFF, .. "\"}}"u8];
        string path = _folder.Write("latin1.safetensors", FileBytes.WithLength((ulong)json.Length, json));

        LoadShouldFail(path, "*header of valid JSON*UTF-8*");
        ReadMetadataShouldFail(path, "*header of valid JSON*UTF-8*");
    }

    [Theory]
    [InlineData("hello world, this is a text\n", "a text. Expected a header*")]
    [InlineData("Übung macht den Meister, sagt man.", "a text. Expected a header*")]
    [InlineData("hi\n", "a text. Expected at least 8 bytes, but the file has 3.")]
    [InlineData("{\"weights\": [1, 2]}", "JSON. *")]
    [InlineData("\r\n<!DOCTYPE html><html><body>404", "a web page (HTML). *")]
    [InlineData("<?xml version=\"1.0\"?>", "XML. *")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:1", "a pointer of Git LFS*")]
    [InlineData("PK\u0003\u0004\u0014\0\0\0\b\0", "a ZIP archive*PyTorch*")]
    [InlineData("GGUF\u0003\0\0\0", "a GGUF file*")]
    public void Another_format_is_told_first(string content, string what) => OtherFormatIsTold(System.Text.Encoding.UTF8.GetBytes(content), what);

    [Fact]
    public void Another_binary_format_is_told_first()
    {
        OtherFormatIsTold([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1], "a file packed with gzip. *");
        OtherFormatIsTold([0x89, .. "HDF\r\n\u001A\n"u8, 0, 0], "an HDF5 file*");
        OtherFormatIsTold([0x93, .. "NUMPY"u8, 1, 0, 0x76, 0], "a NumPy array*");
        OtherFormatIsTold([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9], "a Python pickle*");
    }

    private void OtherFormatIsTold(byte[] content, string what)
    {
        string path = _folder.Write("other", content);

        FluentActions.Invoking(() => _model.LoadParameters(path)).Should().ThrowExactly<InvalidDataException>()
            .WithMessage($"Cannot read '{path}'. It is not a safetensors file, but {what}");
        FluentActions.Invoking(() => Checkpoint<float>.Load(path)).Should().ThrowExactly<InvalidDataException>().WithMessage("*not a safetensors file*");
        FluentActions.Invoking(() => NamedState<float>.Load(path)).Should().ThrowExactly<InvalidDataException>().WithMessage("*not a safetensors file*");
    }

    [Fact]
    public void A_float_file_does_not_fit_a_double_model()
    {
        new Sequential<float>(new Dense<float>(3, 4)).Save(_folder["float.safetensors"]);
        Sequential<double> model = new(new Dense<double>(3, 4));

        Action load = () => model.LoadParameters(_folder["float.safetensors"]);

        load.Should().ThrowExactly<InvalidDataException>().WithMessage("*'0.W' of F64 (double), but the file has F32 (float)*");
    }

    [Fact]
    public void A_name_of_any_length_makes_no_message_of_any_length()
    {
        string name = new('n', 1_000_000);
        string path = _folder.Write("named.safetensors", FileBytes.Of($"{{'{name}':1}}", 0));

        Action load = () => _model.LoadParameters(path);

        load.Should().ThrowExactly<InvalidDataException>().Which.Message.Length.Should().BeLessThan(3000);
    }

    [Fact]
    public void A_missing_file_is_not_found()
    {
        Action load = () => _model.LoadParameters(_folder["nowhere.safetensors"]);
        Action read = () => ModelFile.ReadMetadata(_folder["nowhere.safetensors"]);

        load.Should().ThrowExactly<FileNotFoundException>().WithMessage("*nowhere.safetensors*");
        read.Should().ThrowExactly<FileNotFoundException>().WithMessage("*nowhere.safetensors*");
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        Action load = () => _model.LoadParameters(_folder.Path);

        load.Should().Throw<Exception>().Which.Should().Match(error => error is IOException || error is UnauthorizedAccessException);
    }

    private static string Entry(string dtype, string shape, string offsets) =>
        $"{{'0.W':{{'dtype':{dtype},'shape':{shape},'data_offsets':{offsets}}}}}";

    private static string Dense(string dtype, string weights, int middle, string bias, int end) =>
        $"{{'0.W':{{'dtype':'{dtype}','shape':{weights},'data_offsets':[0,{middle}]}},"
        + $"'0.b':{{'dtype':'{dtype}','shape':{bias},'data_offsets':[{middle},{end}]}}}}";

    private void LoadShouldFail(string path, string message)
    {
        float[] before = _model.Parameters.Values.ToArray();

        Action load = () => _model.LoadParameters(path);

        load.Should().ThrowExactly<InvalidDataException>().WithMessage($"Cannot read '{path}'. Expected {message}");
        _model.Parameters.Values.ToArray().Should().Equal(before);
    }

    private static void ReadMetadataShouldFail(string path, string message)
    {
        Action read = () => ModelFile.ReadMetadata(path);

        read.Should().ThrowExactly<InvalidDataException>().WithMessage($"Cannot read '{path}'. Expected {message}");
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Lstm.PyTorch.Tests;

/// <summary>Files that were made to do harm, or are damaged, are refused; nothing is executed, and little memory is taken.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int FreeBytes = 3 << 19, BytesPerByte = 10;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_that_is_written_by_hand_is_read()
    {
        byte[] pickle = new Pickle().Op('}').Op('(').Text("w").Tensor("0", 4, offset: 1, [3], [1]).Op('u').Stop();
        File.WriteAllBytes(_path, Archive.Of(pickle, Floats(1, 2, 3, 4)));

        TorchStateDict<float>.Read(_path)["w"].Values.ToArray().Should().Equal(2, 3, 4);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_tensor")]
    [InlineData("collections", "OrderedDict.__init__")]
    [InlineData("torch", "UntypedStorage")]
    public void A_name_that_is_no_tensors_is_refused_by_name(string module, string name)
    {
        byte[] pickle = new Pickle().Global(module, name).Op('(').Text("echo harm").Op('t').Op('R').Stop();

        Refuse(Archive.Of(pickle), $"'{module}.{name}'");
    }

    [Fact]
    public void A_known_name_is_not_called_with_other_arguments()
    {
        Refuse(Archive.Of(new Pickle().Global("torch", "FloatStorage").Op('(').Number(9).Op('t').Op('R').Stop()), "torch.FloatStorage");
        Refuse(Archive.Of(new Pickle().Global("collections", "OrderedDict").Op(']').Raw(0x85).Op('R').Stop()), "collections.OrderedDict");
        Refuse(Archive.Of(new Pickle().Global("torch._utils", "_rebuild_parameter").Op(')').Op('R').Stop()), "_rebuild_parameter");
    }

    [Theory]
    [InlineData('I', "0x49 ('I')")]
    [InlineData('i', "0x69 ('i')")]
    [InlineData('o', "0x6F ('o')")]
    [InlineData('\u0081', "0x81")]
    [InlineData('\u0093', "0x93")]
    public void Another_opcode_is_refused_by_name(char opcode, string name) =>
        Refuse(Archive.Of(new Pickle().Raw((byte)opcode).Stop()), $"got {name} at 2");

    [Theory]
    [InlineData(2, new long[] { 3 }, new long[] { 1 }, "shape [3] and strides [1] begins at 2")]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 3, 1 }, "the 4 elements of storage '0', but one of shape [2,3]")]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue }, "strides [9223372036854775807]")]
    [InlineData(0, new long[] { 1 << 30, 1 << 30, 1 << 30 }, new long[] { 0, 0, 0 }, "shape [1073741824,")]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 }, "an offset of -1")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "sizes from 0 to 2^31-1", "got -1")]
    [InlineData(0, new long[] { 1L << 31 }, new long[] { 1 }, "sizes from 0 to 2^31-1", "got 2147483648")]
    [InlineData(3, new long[] { 3 }, new long[] { -1 }, "strides of 0 or more", "got -1")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 1 }, "2 dimensions, 1 strides")]
    public void A_tensor_beyond_its_storage_is_refused(long offset, long[] shape, long[] strides, params string[] parts) =>
        Refuse(Archive.Of(OneTensor("0", 4, offset, shape, strides), Floats(1, 2, 3, 4)), parts);

    [Fact]
    public void A_tensor_has_at_most_64_dimensions()
    {
        long[] ones = [.. Enumerable.Repeat(1L, 65)];
        File.WriteAllBytes(_path, Archive.Of(OneTensor("0", 1, 0, ones[1..], ones[1..]), Floats(7)));

        TorchStateDict<float>.Read(_path)["w"].Shape.Should().HaveCount(64);
        Refuse(Archive.Of(OneTensor("0", 1, 0, ones, ones), Floats(7)), "at most 64 dimensions", "65");
    }

    [Fact]
    public void A_storage_of_another_length_than_its_entry_is_refused()
    {
        Refuse(Archive.Of(OneTensor("0", 5, 0, [5], [1]), Floats(1, 2, 3, 4)), "Expected 5 elements of float32", "16 bytes");
        Refuse(Archive.Of(OneTensor("0", 1L << 62, 0, [5], [1]), Floats(1, 2, 3, 4)), "Expected 4611686018427387904 elements");
        Refuse(Archive.Of(OneTensor("7", 4, 0, [4], [1]), Floats(1, 2, 3, 4)), "'archive/data/7'", "there is none");
        Refuse(Archive.Of(OneTensor("../version", 4, 0, [4], [1]), Floats(1, 2, 3, 4)), "'archive/data/../version'", "there is none");
    }

    [Fact]
    public void One_storage_has_one_type()
    {
        byte[] pickle = new Pickle().Op('}').Op('(').Text("a").Tensor("0", 4, 0, [4], [1])
            .Text("b").Tensor("0", 8, 0, [4], [1], "HalfStorage").Op('u').Stop();

        Refuse(Archive.Of(pickle, Floats(1, 2, 3, 4)), "storage '0'", "4 of float32", "8 of float16");
    }

    [Fact]
    public void A_name_that_comes_twice_is_refused()
    {
        byte[] pickle = new Pickle().Op('}').Op('(').Text("a").Tensor("0", 1, 0, [1], [1])
            .Text("a").Tensor("0", 1, 0, [1], [1]).Op('u').Stop();

        Refuse(Archive.Of(pickle, Floats(1)), "'a' comes twice");
    }

    [Fact]
    public void Small_files_that_describe_much_are_refused_before_memory_is_taken()
    {
        byte[] number = Floats(1);
        Refuse(Archive.Of(OneTensor("0", 1, 0, [1 << 30], [0]), number), "10 times the file");

        Pickle many = new Pickle().Op('}').Op('(');
        many.Text("0").Tensor("0", 1, 0, [60_000], [0]).Op('q').Raw(1);
        for (int k = 1; k < 1000; k++)
        {
            many.Text($"{k}").Op('h').Raw(1);
        }

        Refuse(Archive.Of(many.Op('u').Stop(), number), "10 times the file");
        foreach (char opcode in "}])(N")
        {
            Refuse(Archive.Of([.. Enumerable.Repeat((byte)opcode, 3_000_000)]), "10 times the file");
        }

        Refuse(Archive.Of([.. Enumerable.Repeat<byte[]>([(byte)']', 0x85], 1_000_000).SelectMany(bytes => bytes)]), "10 times the file");
        Refuse(Archive.Of([(byte)'N', .. Enumerable.Repeat((byte)0x85, 3_000_000)]), "10 times the file");
        Refuse(Archive.Of([(byte)'N', .. Enumerable.Range(0, 1_000_000).SelectMany(k => (byte[])[(byte)'r', .. BitConverter.GetBytes(k)])]),
            "10 times the file");
    }

    [Fact]
    public void A_value_that_contains_itself_is_no_state_dictionary()
    {
        Refuse(Archive.Of(new Pickle().Op('}').Op('q').Raw(0).Text("a").Op('h').Raw(0).Op('s').Stop()), "by its key", "'a'");
        Refuse(Archive.Of(new Pickle().Op(']').Op('q').Raw(0).Op('h').Raw(0).Op('a').Stop()), "a list");
        Refuse(Archive.Of(new Pickle().Op('h').Raw(0).Stop()), "remembered as 0");
    }

    [Fact]
    public void Lengths_beyond_the_pickle_are_refused()
    {
        Refuse(Archive.Of(new Pickle().Op('X').UInt32(uint.MaxValue).Stop()), "Expected 4294967295 bytes");
        Refuse(Archive.Of(new Pickle().Raw(0x8A, 255).Stop()), "integers of at most 8 bytes");
        Refuse(Archive.Of(new Pickle().Op('c').Stop()), "a line");
        Refuse(Archive.Of(new Pickle().Op('}').Op('}').Stop()), "there is more");
        Refuse(Archive.Of([.. new Pickle().Op('}').Stop(), 0]), "there is more");
        Refuse(Archive.Of([0x80, 2, (byte)'}']), "Expected 1 bytes at 3");
        Refuse(Archive.Of([]), "Expected 1 bytes at 0");
        Refuse(Archive.Of(new Pickle().Op('R').Stop()), "more values");
        Refuse(Archive.Of(new Pickle().Op('t').Stop()), "a mark");
        Refuse(Archive.Of(new Pickle().Op('}').Op('(').Op('s').Stop()), "more values");
        Refuse(Archive.Of(new Pickle().Op('(').Op('.').Stop()), "data.pkl");
        Refuse(Archive.Of(new Pickle().Op('X').UInt32(1).Raw(0xFF).Stop()), "UTF-8");
    }

    [Fact]
    public void Another_byte_order_or_version_is_refused()
    {
        byte[] pickle = new Pickle().Op('}').Stop();
        ArchiveEntry data = new("a/data.pkl", pickle), version = new("a/version", "3\n"u8.ToArray());

        Refuse(Archive.Write([data, version, new("a/byteorder", "big"u8.ToArray())]), "'little'", "'big'");
        Refuse(Archive.Write([data, new("a/version", "11\n"u8.ToArray())]), "'11'");
        Refuse(Archive.Write([data, new("a/version", new byte[1000])]), "'version'", "1000");
        Refuse(Archive.Write([data]), "'a/version'", "there is none");
        Refuse(Archive.Write([version]), "'data.pkl'", "there are 0");
        Refuse(Archive.Write([data, version, new("b/data.pkl", pickle)]), "there are 2");
        Refuse(Archive.Write([data, version, data]), "'a/data.pkl' comes twice");
    }

    [Fact]
    public void A_bomb_is_refused_without_being_unpacked()
    {
        using (ZipArchive archive = ZipFile.Open(_path + ".zip", ZipArchiveMode.Create))
        {
            using Stream entry = archive.CreateEntry("archive/data/0", CompressionLevel.SmallestSize).Open();
            entry.Write(new byte[50_000_000]);
        }

        byte[] bomb = File.ReadAllBytes(_path + ".zip");
        File.Delete(_path + ".zip");
        Refuse(bomb, "'archive/data/0'", "compressed by method 8");
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        byte[] whole = Archive.Of(OneTensor("0", 4, 0, [4], [1]), Floats(1, 2, 3, 4));
        for (int length = 0; length < whole.Length; length++)
        {
            Refuse(whole[..length]);
        }
    }

    [Fact]
    public void A_changed_number_is_noticed()
    {
        byte[] file = Archive.Of(OneTensor("0", 4, 0, [4], [1]), Floats(1, 2, 3, 4));
        int place = file.AsSpan().IndexOf(Floats(2, 3));
        file[place] ^= 1;

        Refuse(file, "'archive/data/0'", "checksum");
    }

    [Fact]
    public void Entries_that_lie_over_each_other_are_refused()
    {
        byte[] file = Archive.Of(OneTensor("0", 4, 0, [4], [1]), Floats(1, 2, 3, 4), Floats(1, 2, 3, 4));
        int second = file.AsSpan().LastIndexOf("archive/data/1"u8) - 4, first = file.AsSpan().LastIndexOf("archive/data/0"u8) - 4;
        file.AsSpan(second, 4).CopyTo(file.AsSpan(first));

        Refuse(file, "'archive/data/0'", "damaged");
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(first), uint.MaxValue);
        Refuse(file, "'archive/data/0'", "ZIP64");
    }

    [Fact]
    public void A_text_or_nothing_at_all_is_refused()
    {
        Refuse([]);
        Refuse("PK"u8.ToArray());
        Refuse(Encoding.UTF8.GetBytes("<html>not found</html>"), "HTML");
        FluentActions.Invoking(() => TorchStateDict<float>.Read(_path + ".missing")).Should().Throw<FileNotFoundException>();
    }

    private static byte[] OneTensor(string key, long count, long offset, long[] shape, long[] strides) =>
        new Pickle().Op('}').Text("w").Tensor(key, count, offset, shape, strides).Op('s').Stop();

    private static byte[] Floats(params float[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private void Refuse(byte[] file, params string[] parts)
    {
        File.WriteAllBytes(_path, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            TorchStateDict<float>.Read(_path);
        }
        catch (InvalidDataException error)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated.Should().BeLessThan(FreeBytes + BytesPerByte * (long)file.Length, error.Message);
            if (parts.Length > 0)
            {
                error.Message.Should().ContainAll(parts);
            }

            error.Message.Should().Contain(_path);
            return;
        }

        Assert.Fail($"A file of {file.Length} bytes was read: {string.Join(", ", parts)}.");
    }
}

using Lstm.Files;

namespace Lstm.Tests.Formats;

/// <summary>Whatever is saved is loaded from a pipe as well, which cannot seek and does not know its length.</summary>
public sealed class PipeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Sequential<float> _model = new(new LstmLayer<float>(40, 60), new Dense<float>(60, 4));

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_model()
    {
        _model.Initialize(seed: 3);
        _model.Save(_folder["file"], new Dictionary<string, string> { ["epoch"] = "3" });
        Sequential<float> other = new(new LstmLayer<float>(40, 60), new Dense<float>(60, 4));

        FromPipe(File.ReadAllBytes(_folder["file"]), other.LoadParameters)["epoch"].Should().Be("3");

        other.Parameters.Values.SequenceEqual(_model.Parameters.Values).Should().BeTrue();
    }

    [UnixFact]
    public void Texts_a_state_and_a_checkpoint()
    {
        _model.Save(_folder["file"], new Dictionary<string, string> { ["epoch"] = "3" });
        FromPipe(File.ReadAllBytes(_folder["file"]), ModelFile.ReadMetadata)["epoch"].Should().Be("3");
        _model.Parameters.State.Save(_folder["file"]);
        FromPipe(File.ReadAllBytes(_folder["file"]), NamedState<float>.Load).Tensors.Should().HaveCount(_model.Parameters.Count);
        Checkpoints.Checkpoints.Create<double>(length: 100_000).Save(_folder["file"]);
        FromPipe(File.ReadAllBytes(_folder["file"]), Checkpoint<double>.Load).Parts["model"].Tensors[0].Values.Length.Should().Be(100_000);
    }

    [UnixFact]
    public void What_is_cut_or_longer_is_told()
    {
        _model.Save(_folder["file"]);
        byte[] bytes = File.ReadAllBytes(_folder["file"]);
        foreach ((byte[] damaged, string message) in ((byte[], string)[])
            [([], "*at least 8 bytes*has 0*"), (bytes[..200], "*header of*"), (bytes[..^1], "*truncated*"), ([.. bytes, 0], "*follows*"), ([.. bytes, .. bytes], "*follows*")])
        {
            FluentActions.Invoking(() => FromPipe(damaged, _model.LoadParameters)).Should().ThrowExactly<InvalidDataException>().WithMessage(message);
        }
    }

    /// <summary>No more is read ahead than the header tells, and no more is allocated than was read: half a gigabyte is promised here, and three bytes come.</summary>
    [Fact]
    public void Nothing_is_allocated_on_the_word_of_a_header()
    {
        byte[] bytes = FileBytes.Of("{'a':{'dtype':'F32','shape':[134217728],'data_offsets':[0,536870912]}}", [1, 2, 3]);
        using MemoryStream source = new(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        FluentActions.Invoking(() => SafetensorsHeader.Read(new ReadAheadStream(source))).Should().Throw<InvalidDataException>().WithMessage("*has 3: it is truncated*");

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void Reading_ahead_in_any_portions_gives_the_same_bytes()
    {
        byte[] bytes = new byte[200_000];
        new Random(1).NextBytes(bytes);
        using MemoryStream source = new(bytes);
        using ReadAheadStream stream = new(source);
        foreach (long ahead in (long[])[0, 1, 65_535, 65_536, 65_537, 131_072, 300_000, 300_001])
        {
            stream.ReadAhead(ahead);
            stream.Length.Should().Be(Math.Min(ahead, bytes.Length));
            source.Position.Should().Be(stream.Length, "no more is taken than was asked for");
        }

        byte[] read = new byte[100_000];
        foreach (int start in (int[])[0, 65_535, 65_536, 90_000, 199_999])
        {
            stream.Position = start;
            int count = stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false);
            read.AsSpan(0, count).SequenceEqual(bytes.AsSpan(start, Math.Min(read.Length, bytes.Length - start))).Should().BeTrue();
        }
    }

    private T FromPipe<T>(byte[] bytes, Func<string, T> load)
    {
        string path = _folder["pipe"];
        File.Delete(path);
        UnixCalls.MakePipe(path);
        Task writing = Task.Run(() =>
        {
            try
            {
                using FileStream pipe = new(path, FileMode.Open, FileAccess.Write);
                pipe.Write(bytes);
            }
            catch (IOException)
            {
                // The reader had seen enough.
            }
        });
        try
        {
            return load(path);
        }
        finally
        {
            writing.Wait();
        }
    }
}

using System.Runtime.InteropServices;
using Lstm.Files;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Checkpoints;

/// <summary>One file of a checkpoint: everything comes back to the bit, and nothing comes back of a file that is not as it was written.</summary>
public sealed class CheckpointFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Float_comes_back() => ComesBack(Checkpoints.Create<float>());

    [Fact]
    public void Double_comes_back() => ComesBack(Checkpoints.Create<double>());

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        byte[] bytes = Saved();
        for (int k = 0; k < bytes.Length; k++)
        {
            byte[] damaged = [.. bytes];
            damaged[k] ^= (byte)(1 << (k % 8));
            string path = _folder.Write("damaged", damaged);

            FluentActions.Invoking(() => Checkpoint<float>.Load(path)).Should()
                .Throw<InvalidDataException>("bit {0} of byte {1} is another", k % 8, k).WithMessage($"Cannot read '{path}'.*");
        }
    }

    [Fact]
    public void Any_lost_end_and_any_addition_is_noticed()
    {
        byte[] bytes = Saved();
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadingOf(bytes[..length]).Should().Throw<InvalidDataException>();
        }

        ReadingOf([.. bytes, 0]).Should().Throw<InvalidDataException>();
    }

    /// <summary>A file written by the first version of the format; it has to be readable forever.</summary>
    [Fact]
    public void Version_1_is_read()
    {
        Checkpoint<float> checkpoint = Checkpoint<float>.Load(Path.Combine(AppContext.BaseDirectory, "Checkpoints", "version-1.safetensors"));

        Check(checkpoint, Checkpoints.Create<float>());
    }

    [Fact]
    public void A_newer_version_is_told()
    {
        string path = _folder.Write("newer", Checkpoints.OfVersion(Saved(), 2));

        FluentActions.Invoking(() => Checkpoint<float>.Load(path)).Should().Throw<NotSupportedException>()
            .WithMessage($"Cannot read '{path}'.*version 1 or less, but got 2*newer*");
    }

    [Fact]
    public void Other_files_are_told()
    {
        Sequential<float> model = new(new Dense<float>(2, 3));
        model.Save(_folder["model"]);

        FluentActions.Invoking(() => Checkpoint<float>.Load(_folder["model"])).Should().Throw<InvalidDataException>().WithMessage("*Expected a checkpoint*something else*");
        Checkpoints.Create<double>().Save(_folder["double"]);
        FluentActions.Invoking(() => Checkpoint<float>.Load(_folder["double"])).Should().Throw<InvalidDataException>().WithMessage("*F32 (float)*F64 (double)*");
        FluentActions.Invoking(() => Checkpoint<float>.Load(_folder["none"])).Should().Throw<FileNotFoundException>();
    }

    [Fact]
    public void What_cannot_be_kept_is_refused()
    {
        Checkpoint<float> good = Checkpoints.Create<float>();
        NamedState<float> part = good.Parts["model"];

        Saving(good with { Step = -1 }).Should().Throw<ArgumentOutOfRangeException>();
        Saving(good with { Parts = new Dictionary<string, NamedState<float>> { ["a/b"] = part } }).Should().Throw<ArgumentException>().WithMessage("*letters*'a/b'*");
        Saving(good with { Parts = new Dictionary<string, NamedState<float>> { ["m"] = part with { Tensors = [new("x", [3], new float[2])] } } })
            .Should().Throw<ArgumentException>().WithMessage("*x[3]*got 2*");
        _folder.Names.Should().BeEmpty();

        Action Saving(Checkpoint<float> checkpoint) => () => checkpoint.Save(_folder["file"]);
    }

    /// <summary>Other programs read it, and find the tensors under the names of their parts.</summary>
    [Fact]
    public void It_is_a_safetensors_file()
    {
        Checkpoints.Create<float>().Save(_folder["file"]);

        Safetensors.Read(_folder["file"], (stream, header) => Safetensors.ReadAll<float>(stream, header)).Should().ContainSingle()
            .Which.Name.Should().Be("model/mean.0.W");
    }

    private void ComesBack<T>(Checkpoint<T> checkpoint)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        checkpoint.Save(_folder["file"]);
        Check(Checkpoint<T>.Load(_folder["file"]), checkpoint);
        _folder.Names.Should().Equal("file");
    }

    private static void Check<T>(Checkpoint<T> actual, Checkpoint<T> expected)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        actual.Step.Should().Be(expected.Step);
        actual.Texts.Should().Equal(expected.Texts);
        actual.Parts.Keys.Should().Equal(expected.Parts.Keys);
        foreach ((string name, NamedState<T> part) in expected.Parts)
        {
            NamedState<T> read = actual.Parts[name];
            (read.Kind, read.Steps).Should().Be((part.Kind, part.Steps));
            read.Numbers.OrderBy(number => number.Key).Should().Equal(part.Numbers.OrderBy(number => number.Key));
            double.IsNegative(read.Numbers["a/kind"]).Should().BeTrue("it is -0");
            read.Tensors.Select(tensor => tensor.Describe()).Should().Equal(part.Tensors.Select(tensor => tensor.Describe()));
            for (int k = 0; k < part.Tensors.Count; k++)
            {
                MemoryMarshal.AsBytes(read.Tensors[k].Values.Span).SequenceEqual(MemoryMarshal.AsBytes(part.Tensors[k].Values.Span)).Should().BeTrue();
            }
        }
    }

    private byte[] Saved()
    {
        Checkpoints.Create<float>().Save(_folder["file"]);
        return File.ReadAllBytes(_folder["file"]);
    }

    private Action ReadingOf(byte[] bytes)
    {
        string path = _folder.Write("damaged", bytes);
        return () => Checkpoint<float>.Load(path);
    }
}

using System.Runtime.Versioning;
using Lstm.Files;

namespace Lstm.Tests.Formats;

/// <summary>However a save fails, what was there before is there after, and nothing else.</summary>
public sealed class SafetensorsSaveFailureTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Sequential<float> _model = new(new Dense<float>(3, 4));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_is_an_io_error()
    {
        Action save = () => _model.Save(_folder[Path.Combine("nowhere", "model.safetensors")]);

        save.Should().ThrowExactly<DirectoryNotFoundException>();
        _folder.Names.Should().BeEmpty();
    }

    [Fact]
    public void A_folder_is_not_replaced()
    {
        Directory.CreateDirectory(_folder["model.safetensors"]);
        File.WriteAllText(_folder[Path.Combine("model.safetensors", "old")], "old");

        Action save = () => _model.Save(_folder["model.safetensors"]);

        save.Should().Throw<Exception>().Which.Should().Match(error => error is IOException || error is UnauthorizedAccessException);
        _folder.Names.Should().Equal("model.safetensors");
        File.ReadAllText(_folder[Path.Combine("model.safetensors", "old")]).Should().Be("old");
    }

    [UnprivilegedUnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_read_only_folder_is_an_error_of_access()
    {
        _folder.Write("model.safetensors", [1, 2, 3]);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Action save = () => _model.Save(_folder["model.safetensors"]);

            save.Should().ThrowExactly<UnauthorizedAccessException>();
            OldFileShouldBeAlone();
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_write_that_breaks_off_leaves_the_old_file()
    {
        string path = _folder.Write("model.safetensors", [1, 2, 3]);

        Action save = () => AtomicFile.Write(path, stream =>
        {
            stream.Write([4, 5]);
            throw new IOException("disk full");
        });

        save.Should().ThrowExactly<IOException>().WithMessage("disk full");
        OldFileShouldBeAlone();
    }

    [Fact]
    public void Until_the_write_has_ended_the_old_file_has_its_name()
    {
        string path = _folder.Write("model.safetensors", [1, 2, 3]);

        AtomicFile.Write(path, stream =>
        {
            stream.Write([4, 5]);
            File.ReadAllBytes(path).Should().Equal(1, 2, 3);
        });

        File.ReadAllBytes(path).Should().Equal(4, 5);
    }

    [Fact]
    public void Metadata_that_would_not_come_back_are_refused()
    {
        SaveShouldRefuse("epoch", null, "*'epoch'*text*null*");
        SaveShouldRefuse("epoch", "a\ud800b", "*'epoch'*Unicode*surrogate*");
        SaveShouldRefuse("epoch\udc00", "1", "*'epoch*Unicode*surrogate*");
    }

    [Fact]
    public void Metadata_beyond_the_limit_of_a_header_are_refused()
    {
        string path = _folder.Write("model.safetensors", [1, 2, 3]);

        Action save = () => _model.Save(path, new Dictionary<string, string> { ["text"] = new('x', 100_000_000) });

        save.Should().ThrowExactly<ArgumentException>().WithMessage("Expected metadata*100000000 bytes*1000002*");
        OldFileShouldBeAlone();
    }

    [Fact]
    public void A_path_has_to_be_given()
    {
        Action saveToNull = () => _model.Save(null!);
        Action saveToNothing = () => _model.Save("");
        Action loadNull = () => _model.LoadParameters(null!);
        Action readNothing = () => ModelFile.ReadMetadata("");

        saveToNull.Should().Throw<ArgumentNullException>();
        saveToNothing.Should().Throw<ArgumentException>();
        loadNull.Should().Throw<ArgumentNullException>();
        readNothing.Should().Throw<ArgumentException>();
    }

    private void SaveShouldRefuse(string key, string? text, string message)
    {
        string path = _folder.Write("model.safetensors", [1, 2, 3]);

        Action save = () => _model.Save(path, new Dictionary<string, string> { [key] = text! });

        save.Should().ThrowExactly<ArgumentException>().WithMessage($"Expected metadata {message}");
        OldFileShouldBeAlone();
    }

    private void OldFileShouldBeAlone()
    {
        _folder.Names.Should().Equal("model.safetensors");
        File.ReadAllBytes(_folder["model.safetensors"]).Should().Equal(1, 2, 3);
    }
}

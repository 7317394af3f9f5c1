using System.Net.Sockets;
using System.Runtime.Versioning;
using Lstm.Files;

namespace Lstm.Tests.Formats;

/// <summary>What is kept of the file that a save replaces, and what is not replaced; for everything that is saved.</summary>
public sealed class ReplacedFileTests : IDisposable
{
    private const int SomeUser = 12345, SomeGroup = 23456;

    private readonly TempFolder _folder = new();
    private readonly Sequential<float> _model = new(new Dense<float>(3, 4));

    private static readonly string[] s_savers = ["model", "state", "checkpoint"];

    public static TheoryData<string> Savers => new(s_savers);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Savers))]
    public void A_link_stays_and_its_target_is_written(string saver)
    {
        string real = _folder.Write("real", [1]);
        File.CreateSymbolicLink(_folder["latest"], "real");

        Save(saver, _folder["latest"]);

        new FileInfo(_folder["latest"]).LinkTarget.Should().Be("real");
        ShouldBeSaved(saver, real);
        _folder.Names.Should().BeEquivalentTo("real", "latest");
    }

    [Theory]
    [MemberData(nameof(Savers))]
    public void A_target_that_is_not_there_is_made(string saver)
    {
        File.CreateSymbolicLink(_folder["latest"], "real");

        Save(saver, _folder["latest"]);

        new FileInfo(_folder["latest"]).LinkTarget.Should().Be("real");
        ShouldBeSaved(saver, _folder["real"]);
    }

    /// <summary>From link to link, absolute and relative; .. counts from where a folder really is, not from where a link to it stands.</summary>
    [Fact]
    public void A_chain_through_linked_folders_is_followed()
    {
        Directory.CreateDirectory(_folder["deep/er"]);
        Directory.CreateDirectory(_folder["there"]);
        Directory.CreateSymbolicLink(_folder["shortcut"], "deep/er");
        File.CreateSymbolicLink(_folder["first"], _folder["shortcut/second"]);
        File.CreateSymbolicLink(_folder["deep/er/second"], "../third");
        File.CreateSymbolicLink(_folder["deep/third"], "./../there//real");

        _model.Save(_folder["first"]);

        ShouldBeSaved("model", _folder["there/real"]);
        _folder.Names.Should().BeEquivalentTo("deep", "there", "shortcut", "first");
        Directory.GetFiles(_folder["deep/er"]).Concat(Directory.GetFiles(_folder["deep"])).Should().HaveCount(2);
    }

    [Fact]
    public void A_circle_of_links_is_told()
    {
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");

        Saving("a").Should().ThrowExactly<IOException>().WithMessage($"Cannot write '{_folder["a"]}': its symbolic links go in a circle*");
        _folder.Names.Should().BeEquivalentTo("a", "b");
    }

    [Fact]
    public void A_link_into_a_folder_that_is_not_there_is_told()
    {
        File.CreateSymbolicLink(_folder["latest"], "none/real");

        Saving("latest").Should().ThrowExactly<DirectoryNotFoundException>()
            .WithMessage($"Cannot write '{_folder["latest"]}': there is no folder '{_folder["none"]}'.");
    }

    [Theory]
    [InlineData("a", 255)]
    [InlineData("a", 245)]
    [InlineData("a", 101)]
    [InlineData("字", 85)]
    public void A_name_as_long_as_a_file_system_takes_is_saved(string letter, int letters)
    {
        string name = string.Concat(Enumerable.Repeat(letter, letters));

        _model.Save(_folder[name]);
        _model.Save(_folder[name]);

        ShouldBeSaved("model", _folder[name]);
        _folder.Names.Should().Equal(name);
    }

    [Fact]
    public void A_longer_name_is_told_by_itself()
    {
        string path = _folder[new string('a', 256)];

        FluentActions.Invoking(() => _model.Save(path)).Should().Throw<IOException>().WithMessage($"*{path}*").Which.Message.Should().NotContain(".tmp");
        _folder.Names.Should().BeEmpty();
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Permissions_are_kept()
    {
        foreach (UnixFileMode mode in (UnixFileMode[])[(UnixFileMode)0b110_000_000, (UnixFileMode)0b110_110_110, (UnixFileMode)0b111_101_000])
        {
            foreach (string saver in s_savers)
            {
                string path = _folder.Write("file", [1]);
                File.SetUnixFileMode(path, mode);

                Save(saver, path);

                ShouldBeSaved(saver, path);
                File.GetUnixFileMode(path).Should().Be(mode);
            }
        }
    }

    /// <summary>While it is being written, nobody else may read the file that is to be as secret as the one before.</summary>
    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void The_temporary_file_is_for_its_owner_alone()
    {
        string path = _folder.Write("file", [1]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        AtomicFile.Write(path, _ => File.GetUnixFileMode(Directory.GetFiles(_folder.Path, "*.tmp").Single())
            .Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    /// <summary>Root gives the file to somebody else before; to everybody else it stays his own.</summary>
    [UnixFact]
    public void The_owner_is_kept()
    {
        string path = _folder.Write("file", [1]);
        UnixCalls.TryGive(path, SomeUser, SomeGroup);
        UnixFile before = UnixFile.Of(path)!.Value;
        before.User.Should().Be(Environment.IsPrivilegedProcess ? SomeUser : before.User);

        foreach (string saver in s_savers)
        {
            Save(saver, path);

            UnixFile.Of(path).Should().Be(before);
        }
    }

    [UnixFact]
    public void Pipes_sockets_devices_and_folders_are_refused_and_stay()
    {
        UnixCalls.MakePipe(_folder["pipe"]);
        File.CreateSymbolicLink(_folder["link"], "pipe");
        Directory.CreateDirectory(_folder["folder"]);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));
        (string Path, string Kind)[] others =
            [(_folder["pipe"], "a pipe"), (_folder["link"], "a pipe"), (_folder["socket"], "a socket"), (_folder["folder"], "a folder"), ("/dev/null", "a device")];

        foreach ((string path, string kind) in others)
        {
            UnixFile? before = UnixFile.Of(path);
            foreach (string saver in s_savers)
            {
                FluentActions.Invoking(() => Save(saver, path)).Should().ThrowExactly<IOException>().WithMessage($"Cannot write '{path}': it is {kind}, not a regular file.");
            }

            FluentActions.Invoking(() => ModelFile.CheckWritable(path)).Should().ThrowExactly<IOException>().WithMessage($"*it is {kind}*");
            UnixFile.Of(path).Should().Be(before);
        }

        _folder.Names.Should().BeEquivalentTo("pipe", "link", "folder", "socket");
    }

    [Fact]
    public void A_name_that_ends_as_a_folder_does_is_refused() =>
        Saving("none/").Should().ThrowExactly<IOException>().WithMessage("*a folder, not a regular file*");

    [Fact]
    public void A_missing_folder_is_named_and_not_the_temporary_file()
    {
        string path = _folder["none/model"];

        FluentActions.Invoking(() => _model.Save(path)).Should().ThrowExactly<DirectoryNotFoundException>()
            .WithMessage($"Cannot write '{path}': there is no folder '{_folder["none"]}'.");
        FluentActions.Invoking(() => ModelFile.CheckWritable(path)).Should().ThrowExactly<DirectoryNotFoundException>().WithMessage($"*{_folder["none"]}'.");
    }

    /// <summary>EINVAL, ENOSYS and EOPNOTSUPP of Linux: the file system does not flush folders.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(22)]
    public void A_folder_that_cannot_be_flushed_is_no_error(int error)
    {
        AtomicFile.Write(_folder["file"], stream => stream.WriteByte(1), _ => error);

        File.ReadAllBytes(_folder["file"]).Should().Equal(1);
    }

    [UnixFact]
    public void A_system_without_flushes_of_folders_is_no_error()
    {
        foreach (int error in OperatingSystem.IsLinux() ? (int[])[38, 95] : [78, 45, 102])
        {
            AtomicFile.Write(_folder["file"], stream => stream.WriteByte(1), _ => error);
        }

        File.ReadAllBytes(_folder["file"]).Should().Equal(1);
    }

    /// <summary>EIO: the new file has the name by then, which the message says.</summary>
    [Fact]
    public void A_folder_whose_flush_fails_is_told_after_the_file_is_there()
    {
        string path = _folder.Write("file", [1]);

        FluentActions.Invoking(() => AtomicFile.Write(path, stream => stream.WriteByte(2), _ => 5)).Should().ThrowExactly<IOException>()
            .WithMessage($"'{path}' has its new content, but its folder could not be flushed to disk*");
        File.ReadAllBytes(path).Should().Equal(2);
        _folder.Names.Should().Equal("file");
    }

    [Fact]
    public void A_look_whether_a_file_can_be_written_leaves_no_trace()
    {
        string path = _folder.Write("file", [1]);

        ModelFile.CheckWritable(path);
        ModelFile.CheckWritable(_folder["new"]);

        File.ReadAllBytes(path).Should().Equal(1);
        _folder.Names.Should().Equal("file");
    }

    private Action Saving(string name) => () => _model.Save(_folder[name]);

    private void Save(string saver, string path)
    {
        switch (saver)
        {
            case "model":
                _model.Save(path);
                break;
            case "state":
                _model.Parameters.State.Save(path);
                break;
            default:
                Checkpoints.Checkpoints.Create<float>().Save(path);
                break;
        }
    }

    private void ShouldBeSaved(string saver, string path)
    {
        switch (saver)
        {
            case "model":
                _model.LoadParameters(path);
                break;
            case "state":
                _model.Parameters.Restore(NamedState<float>.Load(path));
                break;
            default:
                Checkpoint<float>.Load(path).Step.Should().Be(7);
                break;
        }

        new FileInfo(path).LinkTarget.Should().BeNull();
    }
}

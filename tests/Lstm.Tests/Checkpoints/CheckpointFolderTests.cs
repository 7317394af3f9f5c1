using System.Runtime.Versioning;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Checkpoints;

/// <summary>The folder keeps the last checkpoints, and finds the newest whole one, whatever has happened to the others.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<string> _warnings = [];

    private string Path => _temp["run"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_last_ones_are_kept()
    {
        CheckpointFolder<float> folder = new(Path, keep: 2);
        foreach (long step in new long[] { 10, 20, 15 })
        {
            folder.Save(Checkpoints.Create<float>(step));
        }

        folder.Files.Select(file => System.IO.Path.GetFileName(file)).Should().Equal("checkpoint-000003.safetensors", "checkpoint-000002.safetensors");
        new CheckpointFolder<float>(Path).LoadNewest()!.Step.Should().Be(15, "it was written last");
    }

    [Fact]
    public void A_damaged_newest_one_is_passed_over_with_a_warning()
    {
        CheckpointFolder<float> folder = Three();
        string newest = folder.Files[0];
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);

        CheckpointFolder<float> resumed = new(Path, keep: 1);
        resumed.LoadNewest(_warnings.Add)!.Step.Should().Be(2);
        _warnings.Should().ContainSingle().Which.Should().Match($"The checkpoint '{newest}' is passed over.*truncated*");

        resumed.Save(Checkpoints.Create<float>(4));
        new CheckpointFolder<float>(Path).LoadNewest()!.Step.Should().Be(4, "what is saved now comes after the damaged one");
    }

    [Fact]
    public void A_damaged_one_is_not_kept_in_the_place_of_a_whole_one()
    {
        File.WriteAllBytes(Three().Files[0], []);
        CheckpointFolder<float> resumed = new(Path, keep: 2);
        resumed.LoadNewest()!.Step.Should().Be(2);

        resumed.Save(Checkpoints.Create<float>(4));
        File.WriteAllBytes(resumed.Files[0], []);

        new CheckpointFolder<float>(Path, keep: 2).LoadNewest()!.Step.Should().Be(2);
    }

    [Fact]
    public void Nothing_but_damaged_ones_is_an_error()
    {
        foreach (string file in Three().Files)
        {
            File.WriteAllBytes(file, []);
        }

        FluentActions.Invoking(() => new CheckpointFolder<float>(Path).LoadNewest(_warnings.Add)).Should()
            .Throw<InvalidDataException>().WithMessage($"Expected a whole checkpoint in '{Path}', but none of 3 is.*");
        _warnings.Should().HaveCount(3);
    }

    [Fact]
    public void A_newer_version_is_not_passed_over()
    {
        string newest = Three().Files[0];
        File.WriteAllBytes(newest, Checkpoints.OfVersion(File.ReadAllBytes(newest), 9));

        FluentActions.Invoking(() => new CheckpointFolder<float>(Path).LoadNewest()).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public void An_empty_folder_has_none() => new CheckpointFolder<float>(Path).LoadNewest().Should().BeNull();

    /// <summary>Who forgets to resume must not lose the run of the night before.</summary>
    [Fact]
    public void An_earlier_run_is_not_overwritten()
    {
        Three();

        FluentActions.Invoking(() => new CheckpointFolder<float>(Path).Save(Checkpoints.Create<float>(1))).Should()
            .Throw<InvalidOperationException>().WithMessage("*checkpoint-000003.safetensors*earlier run*LoadNewest*");
        new CheckpointFolder<float>(Path).LoadNewest()!.Step.Should().Be(3);
    }

    [Fact]
    public void What_killed_writers_left_is_cleared_away_and_other_files_stay()
    {
        Three();
        File.WriteAllText(System.IO.Path.Combine(Path, "checkpoint-000004.safetensors.abc.tmp"), "half");
        File.WriteAllText(System.IO.Path.Combine(Path, "checkpoint-notes.safetensors"), "mine");
        File.WriteAllText(System.IO.Path.Combine(Path, "other.tmp"), "mine");
        CheckpointFolder<float> folder = new(Path);
        folder.LoadNewest();

        folder.Save(Checkpoints.Create<float>(4));

        Directory.GetFiles(Path).Select(System.IO.Path.GetFileName).Order().Should().Equal(
            "checkpoint-000002.safetensors", "checkpoint-000003.safetensors", "checkpoint-000004.safetensors", "checkpoint-notes.safetensors", "other.tmp");
    }

    /// <summary>The disk is full at any byte: all that there was stays, and nothing is left of the new file.</summary>
    [Fact]
    public void A_full_disk_leaves_everything_as_it_was()
    {
        Three();
        long length = new FileInfo(new CheckpointFolder<float>(Path).Files[0]).Length;
        for (long room = 0; room < length; room += 29)
        {
            CheckpointFolder<float> folder = new(Path, keep: 1, stream => new FullDisk(stream, room));
            folder.LoadNewest();

            folder.Invoking(full => full.Save(Checkpoints.Create<float>(4))).Should().Throw<IOException>().WithMessage("No space*");
            Directory.GetFiles(Path).Should().HaveCount(3);
        }

        new CheckpointFolder<float>(Path).LoadNewest()!.Step.Should().Be(3);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_told()
    {
        string file = _temp.Write("file", []);
        FluentActions.Invoking(() => new CheckpointFolder<float>(file).Save(Checkpoints.Create<float>())).Should().Throw<IOException>().WithMessage($"*{file}*");
    }

    [UnprivilegedUnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_read_only_folder_is_told()
    {
        CheckpointFolder<float> folder = Three();
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            folder.Invoking(full => full.Save(Checkpoints.Create<float>(4))).Should().Throw<UnauthorizedAccessException>().WithMessage($"*{Path}*");
        }
        finally
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Not even root may write into a folder that the kernel makes up.</summary>
    [LinuxFact]
    public void A_folder_of_the_kernel_is_told() =>
        FluentActions.Invoking(() => new CheckpointFolder<float>("/proc/sys").Save(Checkpoints.Create<float>())).Should()
            .Throw<Exception>().Which.Message.Should().Contain("/proc/sys");

    /// <summary>A pipe nobody writes to would be waited for without end.</summary>
    [UnixFact]
    public void What_is_no_file_is_passed_over_with_a_warning()
    {
        Three();
        UnixCalls.MakePipe(In("checkpoint-000004.safetensors"));
        Directory.CreateDirectory(In("checkpoint-000005.safetensors"));
        File.CreateSymbolicLink(In("checkpoint-000006.safetensors"), "checkpoint-000004.safetensors");
        File.CreateSymbolicLink(In("checkpoint-000007.safetensors"), "/dev/null");
        CheckpointFolder<float> folder = new(Path);

        folder.LoadNewest(_warnings.Add)!.Step.Should().Be(3);

        _warnings.Should().HaveCount(4);
        _warnings[0].Should().Be($"'{In("checkpoint-000007.safetensors")}' is passed over. Expected a regular file, but it is a device.");
        _warnings[1].Should().EndWith("it is a pipe.");
        _warnings[2].Should().EndWith("it is a folder.");
        folder.Files.Should().HaveCount(3);
        folder.Save(Checkpoints.Create<float>(8));
        folder.Files[0].Should().EndWith("checkpoint-000008.safetensors");
        new CheckpointFolder<float>(Path).LoadNewest()!.Step.Should().Be(8);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("1000000000000000")]
    [InlineData("99999999999999999999999")]
    public void A_number_that_no_run_reaches_is_passed_over_with_a_warning(string number)
    {
        File.Copy(Three().Files[0], In($"checkpoint-{number}.safetensors"));
        CheckpointFolder<float> folder = new(Path);

        folder.LoadNewest(_warnings.Add)!.Step.Should().Be(3);
        folder.Save(Checkpoints.Create<float>(4));

        _warnings.Should().ContainSingle().Which.Should().Match($"'*checkpoint-{number}.safetensors' is passed over. Expected a number of at most 999999999999999.");
        new CheckpointFolder<float>(Path).LoadNewest()!.Step.Should().Be(4);
        File.Exists(In($"checkpoint-{number}.safetensors")).Should().BeTrue();
    }

    [Fact]
    public void After_the_last_number_there_is_none()
    {
        CheckpointFolder<float> folder = Three();
        File.Move(folder.Files[0], In("checkpoint-999999999999999.safetensors"));

        folder.LoadNewest()!.Step.Should().Be(3);
        folder.Invoking(full => full.Save(Checkpoints.Create<float>(4))).Should().ThrowExactly<IOException>().WithMessage("*checkpoint-999999999999999.safetensors*lower number*");
        folder.Files.Should().HaveCount(3);
    }

    /// <summary>Who saves again after an error goes on with his own run.</summary>
    [Fact]
    public void A_first_save_that_failed_can_be_tried_again()
    {
        long room = 100;
        CheckpointFolder<float> folder = new(Path, keep: 2, stream => new FullDisk(stream, room));
        folder.Invoking(full => full.Save(Checkpoints.Create<float>(1))).Should().Throw<IOException>();
        File.Copy(_temp.Write("whole", SavedAlone()), In("checkpoint-000001.safetensors"));

        room = long.MaxValue;
        folder.Save(Checkpoints.Create<float>(2));

        folder.Files.Should().HaveCount(2);
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        FluentActions.Invoking(() => new CheckpointFolder<float>("")).Should().Throw<ArgumentException>().WithParameterName("path");
        FluentActions.Invoking(() => new CheckpointFolder<float>(Path, keep: 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("keep");
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private byte[] SavedAlone()
    {
        Checkpoints.Create<float>(1).Save(_temp["alone"]);
        return File.ReadAllBytes(_temp["alone"]);
    }

    private CheckpointFolder<float> Three()
    {
        CheckpointFolder<float> folder = new(Path);
        for (long step = 1; step <= 3; step++)
        {
            folder.Save(Checkpoints.Create<float>(step));
        }

        return folder;
    }

    /// <summary>A file on a disk with room for so many bytes.</summary>
    private sealed class FullDisk(Stream file, long room) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => file.Position = value; }

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            int fits = (int)Math.Clamp(room - file.Position, 0, count);
            file.Write(buffer, offset, fits);
            if (fits < count)
            {
                throw new IOException("No space left on device.");
            }
        }
    }

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Only Linux has /proc/sys.";
    }
}

using Lstm.Tests.Formats;

namespace Lstm.Tests.Checkpoints;

/// <summary>A training in a process of its own that is killed, resumed and killed again ends with the bits of one that never was.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData("hand", 1)]
    [InlineData("trainer", 2)]
    public void Killed_at_random_moments(string loop, int seed)
    {
        byte[] expected = TrainedWithoutEnd(loop);
        using TempFolder folder = new();
        TrainingProcess training = new(folder, loop);
        Random random = new(seed);
        int kills = 0, resumes = 0;
        while (!File.Exists(training.Weights))
        {
            (string from, bool wasKilled) = training.RunAndKill(checkpoints: random.Next(5), after: TimeSpan.FromMilliseconds(random.Next(20)));
            kills += wasKilled ? 1 : 0;
            resumes += from == "from 0" ? 0 : 1;
        }

        kills.Should().BeGreaterThanOrEqualTo(12);
        resumes.Should().BeGreaterThanOrEqualTo(8);
        File.ReadAllBytes(training.Weights).Should().Equal(expected);
    }

    [FileLimitTheory]
    [InlineData("hand", 100)]
    [InlineData("hand", 320)]
    [InlineData("trainer", 200)]
    public void Killed_in_the_middle_of_a_write(string loop, int kibibytes)
    {
        byte[] expected = TrainedWithoutEnd(loop);
        using TempFolder folder = new();
        TrainingProcess training = new(folder, loop);
        training.RunWithFileLimit(kibibytes).Should().NotBe(0);
        Directory.GetFiles(training.Checkpoints).Should().ContainSingle().Which.Should().EndWith(".tmp", "a file was being written");
        string before = TrainUpToLastCheckpoint(training);
        training.RunWithFileLimit(kibibytes).Should().NotBe(0);
        Directory.GetFiles(training.Checkpoints, "*.tmp").Should().ContainSingle();
        new CheckpointFolder<float>(training.Checkpoints).Files.Should().Equal(before);

        training.Run().Should().NotBe("from 0");

        File.ReadAllBytes(training.Weights).Should().Equal(expected);
        Directory.GetFiles(training.Checkpoints, "*.tmp").Should().BeEmpty();
    }

    /// <summary>A file system of 700 KiB, that has room for two checkpoints, and that can then no longer be written.</summary>
    [MountFact]
    public void A_disk_that_is_full_or_read_only_keeps_what_it_has()
    {
        using TempFolder folder = new();
        TrainingProcess training = new(folder, "hand");

        string output = training.RunOnSmallDisk(kibibytes: 700);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            "No space left on device", "checkpoint-000001.safetensors", "checkpoint-000002.safetensors",
            "Read-only file system", "checkpoint-000001.safetensors", "checkpoint-000002.safetensors");
    }

    /// <summary>As containers mount single files: their names cannot be given to another one.</summary>
    [MountFact]
    public void A_file_that_is_a_mount_point_is_told_and_stays()
    {
        using TempFolder folder = new();
        string file = folder.Write("model", [1]), mounted = folder.Write("mounted", [2]);

        string output = TrainingProcess.SaveOverMount(file, mounted);

        output.Should().Match($"Cannot write '{file}': * is a mount point*");
        folder.Names.Should().BeEquivalentTo("model", "mounted");
        File.ReadAllBytes(mounted).Should().Equal(2);
    }

    /// <summary>Trains to the end, then removes the weights and the last checkpoint.</summary>
    /// <returns>The checkpoint that is left.</returns>
    private static string TrainUpToLastCheckpoint(TrainingProcess training)
    {
        training.Run();
        IReadOnlyList<string> files = new CheckpointFolder<float>(training.Checkpoints).Files;
        File.Delete(training.Weights);
        File.Delete(files[0]);
        return files.Skip(1).Should().ContainSingle().Which;
    }

    private static byte[] TrainedWithoutEnd(string loop)
    {
        using TempFolder folder = new();
        TrainingProcess training = new(folder, loop);
        training.Run().Should().Be("from 0");
        return File.ReadAllBytes(training.Weights);
    }

    private sealed class FileLimitTheoryAttribute : TheoryAttribute
    {
        public FileLimitTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no limit to the length of a file." : null;
    }

    private sealed class MountFactAttribute : FactAttribute
    {
        public MountFactAttribute() => Skip = TrainingProcess.CanMount ? null : "This system does not let us mount; CheckpointFolderTests fills a disk byte by byte.";
    }
}

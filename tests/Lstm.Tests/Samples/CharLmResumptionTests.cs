using System.Diagnostics;
using System.Text.Json;
using CharLm;
using Lstm.Samples;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Samples;

public sealed class CharLmResumptionTests : IDisposable
{
    /// <summary>For runs that are stopped, however late.</summary>
    private const int Endless = 1_000_000;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "CharLm.dll");

    private readonly TempFolder _folder = new();

    public CharLmResumptionTests()
    {
        File.WriteAllText(_folder["text.txt"], string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog. ooooo", 20)));
    }

    private string Checkpoints => _folder["checkpoints"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("zoneout")]
    public void A_run_that_is_stopped_three_times_leaves_the_files_of_one_that_is_not(string cell)
    {
        for (int stop = 0; stop < 3; stop++)
        {
            RunAndStopAtNextCheckpoint([.. Arguments("parts", cell, Endless), "--checkpoints", Checkpoints]).Should().Be(SampleProgram.Interrupted);
            File.Exists(_folder["parts.safetensors"]).Should().BeTrue();
        }

        int epochs = EpochsIn("parts") + 3;
        Run([.. Arguments("parts", cell, epochs), "--checkpoints", Checkpoints]).Should().Be(0);
        Run(Arguments("whole", cell, epochs)).Should().Be(0);

        ShouldBeTheSame("parts", "whole");
    }

    [Fact]
    public void A_process_that_is_killed_goes_on_and_leaves_the_same_files()
    {
        using (Process killed = Start([.. Arguments("killed", "zoneout", Endless), "--checkpoints", Checkpoints]))
        {
            while (!killed.HasExited && CheckpointFiles().Count < 2)
            {
                Thread.Sleep(1);
            }

            killed.Kill();
            killed.WaitForExit();
        }

        DamageNewest();
        int epochs = EpochsIn("killed") + 3;
        using Process resumed = Start([.. Arguments("killed", "zoneout", epochs), "--checkpoints", Checkpoints]);
        string output = resumed.StandardOutput.ReadToEnd(), errors = resumed.StandardError.ReadToEnd();
        resumed.WaitForExit();

        resumed.ExitCode.Should().Be(0, errors);
        output.Should().MatchRegex("checkpoints: goes on after update [1-9][0-9,]*, ");
        errors.Should().Match("warning: The checkpoint*is passed over.*");
        Run(Arguments("whole", "zoneout", epochs)).Should().Be(0);
        ShouldBeTheSame("killed", "whole");
    }

    [Fact]
    public void A_run_that_has_ended_is_not_trained_further_and_leaves_its_files_again()
    {
        string[] arguments = [.. Arguments("a", "plain", epochs: 2), "--checkpoints", Checkpoints];
        Run(arguments).Should().Be(0);
        string[] before = [.. CheckpointFiles()];

        Run([.. Arguments("b", "plain", epochs: 2), "--checkpoints", Checkpoints]).Should().Be(0);

        ShouldBeTheSame("b", "a");
        CheckpointFiles().Should().Equal(before);
    }

    [Fact]
    public void A_run_with_more_epochs_goes_on_from_one_with_fewer()
    {
        Run(Arguments("whole", "plain", epochs: 5)).Should().Be(0);
        Run([.. Arguments("parts", "plain", epochs: 2), "--checkpoints", Checkpoints]).Should().Be(0);

        Run([.. Arguments("parts", "plain", epochs: 5), "--checkpoints", Checkpoints, "--threads", "2"]).Should().Be(0);

        ShouldBeTheSame("parts", "whole");
    }

    [Theory]
    [InlineData("--hidden 9", "*of a run with --hidden 8, but this one has 9: *")]
    [InlineData("--layers 1", "*of a run with --layers 2, but this one has 1: *")]
    [InlineData("--cell zoneout", "*of a run with --cell plain, but this one has zoneout: *")]
    [InlineData("--batch 5", "*of a run with --batch 4, but this one has 5: *")]
    [InlineData("--learning-rate 0.02", "*of a run with --learning-rate 0.01, but this one has 0.02: *")]
    [InlineData("--seed 1", "*of a run with --seed 0, but this one has 1: *")]
    [InlineData("--data DATA", "*of a run with --data of 1000 characters with SHA-256 *, but this one has of 1000 *: *choose another folder.")]
    public void Other_options_than_those_of_the_checkpoints_are_told(string option, string error)
    {
        File.WriteAllText(_folder["other.txt"], File.ReadAllText(_folder["text.txt"]).Replace('q', 'k'));
        Dictionary<string, string> arguments = Options("a", "plain", epochs: 1);
        arguments["--checkpoints"] = Checkpoints;
        Run(Flat(arguments)).Should().Be(0);
        byte[] log = File.ReadAllBytes(_folder["a.json"]);

        arguments[option.Split(' ')[0]] = option.Split(' ')[1].Replace("DATA", _folder["other.txt"], StringComparison.Ordinal);
        TrainingOptions? parsed = null;
        CommandLine.Parse(Flat(arguments), options => (parsed = options) is null ? 1 : 0, _ => 1).Invoke();
        Action run = () => TrainCommand.Run(parsed!, CancellationToken.None);

        run.Should().Throw<UserException>().WithMessage(error);
        File.ReadAllBytes(_folder["a.json"]).Should().Equal(log, "nothing is begun anew");
    }

    [Fact]
    public void Checkpoints_that_cannot_be_used_are_told()
    {
        new CheckpointFolder<float>(_folder["foreign"]).Save(new() { Step = 1, Parts = new Dictionary<string, NamedState<float>>() });
        Directory.CreateDirectory(_folder["damaged"]);
        File.WriteAllText(Path.Combine(_folder["damaged"], "checkpoint-000001.safetensors"), "nothing");

        FailureOf(_folder["text.txt"]).Should().Match("--checkpoints expects a folder, but '*text.txt' is a file.");
        FailureOf(_folder["none/checkpoints"]).Should().Match("cannot write the checkpoints to '*': there is no folder '*none'.");
        FailureOf(_folder["foreign"]).Should().Match("the checkpoints in '*foreign' are of another program: they tell no --data.");
        FailureOf(_folder["damaged"]).Should().Match("cannot go on from the checkpoints in '*damaged': *none of 1 is*");
    }

    [Fact]
    public void Stopped_before_the_first_update_it_saves_no_model()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();

        Run([.. Arguments("a", "plain"), "--checkpoints", Checkpoints], stop.Token).Should().Be(SampleProgram.Interrupted);

        File.Exists(_folder["a.safetensors"]).Should().BeFalse();
        CheckpointFiles().Should().HaveCount(1);
    }

    private static int Run(string[] arguments, CancellationToken stop = default) =>
        SampleProgram.Run(CommandLine.Parse(arguments, options => TrainCommand.Run(options, stop), _ => 1), sizes: "");

    private static string[] Flat(Dictionary<string, string> options) => [.. options.SelectMany(option => new[] { option.Key, option.Value })];

    private static Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private int RunAndStopAtNextCheckpoint(string[] arguments)
    {
        string? before = Newest();
        using CancellationTokenSource stop = new();
        Task<int> run = Task.Run(() => Run(arguments, stop.Token));
        while (!run.IsCompleted && Newest() == before)
        {
            Thread.Sleep(1);
        }

        stop.Cancel();
        return run.GetAwaiter().GetResult();
    }

    private string FailureOf(string checkpoints)
    {
        TrainingOptions? parsed = null;
        CommandLine.Parse([.. Arguments("a", "plain"), "--checkpoints", checkpoints], options => (parsed = options) is null ? 1 : 0, _ => 1).Invoke();
        return FluentActions.Invoking(() => TrainCommand.Run(parsed!, CancellationToken.None)).Should().Throw<UserException>().Which.Message;
    }

    private IReadOnlyList<string> CheckpointFiles() => new CheckpointFolder<float>(Checkpoints).Files;

    private string? Newest() => CheckpointFiles() is [string newest, ..] ? newest : null;

    /// <summary>Flips a bit in the middle of the newest one.</summary>
    private void DamageNewest()
    {
        string newest = CheckpointFiles()[0];
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, bytes);
    }

    private string[] Arguments(string name, string cell, int epochs = 1) => Flat(Options(name, cell, epochs));

    private Dictionary<string, string> Options(string name, string cell, int epochs) => new()
    {
        ["--data"] = _folder["text.txt"],
        ["--output"] = _folder[$"{name}.safetensors"],
        ["--json"] = _folder[$"{name}.json"],
        ["--hidden"] = "8",
        ["--batch"] = "4",
        ["--steps"] = "10",
        ["--learning-rate"] = "0.01",
        ["--cell"] = cell,
        ["--epochs"] = $"{epochs}",
    };

    private void ShouldBeTheSame(string name, string expected)
    {
        File.ReadAllBytes(_folder[$"{name}.safetensors"]).Should().Equal(File.ReadAllBytes(_folder[$"{expected}.safetensors"]));
        File.ReadAllText(_folder[$"{name}.svg"]).Should().Be(File.ReadAllText(_folder[$"{expected}.svg"]));
        LossesIn(name).Should().Equal(LossesIn(expected));
    }

    /// <summary>The lines that are written; one at the end may not be whole.</summary>
    private int EpochsIn(string name) => File.ReadLines(_folder[$"{name}.json"]).Count();

    private List<(double Training, double Validation)> LossesIn(string name) =>
        [.. File.ReadLines(_folder[$"{name}.json"]).Select(line => JsonDocument.Parse(line).RootElement).Select(epoch =>
            (epoch.GetProperty("train_loss").GetDouble(), epoch.GetProperty("valid_loss").GetDouble()))];
}

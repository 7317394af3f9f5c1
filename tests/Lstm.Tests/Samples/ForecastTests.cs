using System.CommandLine;
using System.Text.Json;
using Forecast;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class ForecastTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static ForecastOptions Options(string data, string output) => new()
    {
        DataFile = data,
        Rows = null,
        History = 12,
        Horizon = 3,
        Season = 6,
        Hidden = 5,
        Epochs = 2,
        Updates = null,
        Batch = 7,
        LearningRate = 1e-2,
        Seed = 1,
        Threads = 1,
        OutputFile = output,
        JsonFile = null,
        CheckpointFolder = null,
    };

    [Theory]
    [InlineData("--history 0", "--history expects a whole number from 1 to 1000000, but got '0'.")]
    [InlineData("--rows many", "--rows expects *, but got 'many'.")]
    [InlineData("--learning-rate 0", "--learning-rate expects a number greater than 0, but got '0'.")]
    [InlineData("--nonsense", "*--nonsense*")]
    public void Wrong_usage_is_told_in_one_line(string arguments, string error)
    {
        ParseResult result = Forecast.CommandLine.Parse(arguments.Split(' '), _ => 0);

        result.Errors.Should().NotBeEmpty();
        result.Errors[0].Message.Should().Match(error).And.NotContain("\n");
        SampleProgram.Run(result, "").Should().Be(2);
    }

    [Fact]
    public void Without_arguments_the_published_task_is_trained()
    {
        ForecastOptions? options = null;

        SampleProgram.Run(Forecast.CommandLine.Parse([], parsed => (options = parsed) is null ? 1 : 0), "").Should().Be(0);

        options.Should().BeEquivalentTo(new { Rows = 14_400, History = 96, Horizon = 24, Season = 24, Hidden = 64, LearningRate = 1e-3, OutputFile = "forecast.safetensors" });
    }

    [Fact]
    public void A_run_leaves_model_picture_and_lines_and_they_are_the_same_for_any_number_of_threads()
    {
        ForecastOptions options = Write("a");

        Comparison.Run(options).Should().Be(0);
        JsonElement[] rows = Rows(options);
        Comparison.Run(options with { Threads = 3 }).Should().Be(0);

        rows.Should().HaveCount(5, "two epochs and three forecasts");
        rows[^1].GetProperty("test_mse").GetDouble().Should().Be(Rows(options)[^1].GetProperty("test_mse").GetDouble());
        Directory.GetFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo("a.csv", "a.safetensors", "a.svg", "a.json");
        ModelFile.ReadMetadata(options.OutputFile)["columns"].Should().Be("[\"x\",\"y\"]");
    }

    [Fact]
    public async Task A_run_that_is_stopped_goes_on_from_its_checkpoints_and_leaves_the_same_files()
    {
        ForecastOptions whole = Write("a"), parts = Write("b") with { CheckpointFolder = Path.Combine(_folder, "checkpoints") };
        CheckpointFolder<float> checkpoints = new(parts.CheckpointFolder!);
        using CancellationTokenSource stop = new();

        Task<int> run = Task.Run(() => Comparison.Run(parts with { Epochs = 1_000_000 }, stop.Token));
        while (!run.IsCompleted && checkpoints.Files.Count == 0)
        {
            await Task.Delay(1);
        }

        await stop.CancelAsync();
        (await run).Should().Be(SampleProgram.Interrupted);
        int epochs = File.ReadLines(parts.JsonFile!).Count() + 3;
        Comparison.Run(parts with { Epochs = epochs }).Should().Be(0);
        Comparison.Run(whole with { Epochs = epochs }).Should().Be(0);

        File.ReadAllBytes(parts.OutputFile).Should().Equal(File.ReadAllBytes(whole.OutputFile));
        File.ReadAllText(Path.ChangeExtension(parts.OutputFile, ".svg")).Should().Be(File.ReadAllText(Path.ChangeExtension(whole.OutputFile, ".svg")));
        ErrorsIn(parts).Should().HaveCount(epochs).And.Equal(ErrorsIn(whole));
        FluentActions.Invoking(() => Comparison.Run(parts with { Horizon = 4 })).Should().Throw<UserException>().WithMessage("*--horizon 3, but this one has 4*");
    }

    [Fact]
    public void A_series_that_repeats_itself_is_forecast_without_error_by_repeating_it_and_by_a_linear_map()
    {
        ForecastOptions options = Write("a");

        Comparison.Run(options with { Updates = 1 }).Should().Be(0);

        JsonElement[] rows = Rows(options)[^3..];
        rows[0].GetProperty("test_mse").GetDouble().Should().BeLessThan(1e-10);
        rows[1].GetProperty("test_mse").GetDouble().Should().BeLessThan(0.02, "its ridge is not 0");
        rows[2].GetProperty("test_mse").GetDouble().Should().BeGreaterThan(0.1, "one update is not much");
    }

    [Fact]
    public void What_cannot_work_is_told()
    {
        ForecastOptions options = Write("a");

        FluentActions.Invoking(() => Comparison.Run(options with { Season = 13 })).Should().Throw<UserException>().WithMessage("*--history of 12*--season of 13*");
        FluentActions.Invoking(() => Comparison.Run(options with { OutputFile = options.DataFile })).Should().Throw<UserException>().WithMessage("*different files.");
        FluentActions.Invoking(() => Comparison.Run(options with { OutputFile = Path.Combine(_folder, "none", "a") }))
            .Should().Throw<UserException>().WithMessage("cannot write the model to*no folder*");
    }

    [Fact]
    public void A_diverged_training_is_told_in_one_line()
    {
        ForecastOptions options = Write("a");

        SampleProgram.Run(Forecast.CommandLine.Parse(
            ["--data", options.DataFile, "--output", options.OutputFile, "--history", "12", "--horizon", "3", "--season", "6", "--learning-rate", "1e38"],
            Comparison.Run), "").Should().Be(1);
    }

    [Fact]
    public void A_system_of_equations_is_solved()
    {
        double[] a = [4, 0, 0, 2, 5, 0, -2, 1, 6], b = [4 * 1 + 2 * 2 - 2 * 3, 1, 2 * 1 + 5 * 2 + 1 * 3, 0, -2 * 1 + 1 * 2 + 6 * 3, -1];

        Cholesky.Solve(a, b, size: 3, columns: 2);

        new[] { b[0], b[2], b[4] }.Zip([1.0, 2, 3]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-14);
        (4 * b[1] + 2 * b[3] - 2 * b[5]).Should().BeApproximately(1, 1e-14);
        (-2 * b[1] + b[3] + 6 * b[5]).Should().BeApproximately(-1, 1e-14);
    }

    private ForecastOptions Write(string name)
    {
        string data = Path.Combine(_folder, $"{name}.csv");
        File.WriteAllLines(data, ["t,x,y", .. Enumerable.Range(0, 200).Select(t => $"{t},{t % 6 * (t % 2)},{t % 3}")]);
        return Options(data, Path.Combine(_folder, $"{name}.safetensors")) with { JsonFile = Path.Combine(_folder, $"{name}.json") };
    }

    private static IEnumerable<double> ErrorsIn(ForecastOptions options) =>
        Rows(options)[..^3].Select(row => row.GetProperty("train_mse").GetDouble() + row.GetProperty("valid_mse").GetDouble());

    private static JsonElement[] Rows(ForecastOptions options) =>
        [.. File.ReadLines(options.JsonFile!).Select(line => JsonDocument.Parse(line).RootElement)];
}

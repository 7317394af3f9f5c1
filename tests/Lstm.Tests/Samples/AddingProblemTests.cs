using System.CommandLine;
using System.Text.Json;
using AddingProblem;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class AddingProblemTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--steps 1", "--steps expects a whole number from 2 to 1000000, but got '1'.")]
    [InlineData("--cell gru", "--cell expects one of both, lstm, rnn, but got 'gru'.")]
    [InlineData("--goal -1", "--goal expects a number of 0 or more, but got '-1'.")]
    [InlineData("--nonsense", "*--nonsense*")]
    public void Wrong_usage_is_told_in_one_line(string arguments, string error)
    {
        ParseResult result = AddingProblem.CommandLine.Parse(arguments.Split(' '), _ => 0);

        result.Errors.Should().NotBeEmpty();
        result.Errors[0].Message.Should().Match(error).And.NotContain("\n");
        SampleProgram.Run(result, "").Should().Be(2);
    }

    [Fact]
    public void Without_arguments_the_published_task_is_trained()
    {
        AddingOptions? options = null;

        SampleProgram.Run(AddingProblem.CommandLine.Parse([], parsed => Keep(options = parsed)), "").Should().Be(0);

        options.Should().BeEquivalentTo(new { Steps = 100, Hidden = 128, Batch = 50, LearningRate = 1e-3, Goal = 0.01, Output = "adding" });
        options!.Cells.Should().Equal(AddingModel.Cells.Keys);
    }

    [Fact]
    public void Two_steps_are_marked_and_the_target_is_their_sum()
    {
        AddingBatch batch = new(steps: 7, batch: 50);
        HashSet<(int, int)> positions = [];
        for (int draw = 0; draw < 2; draw++)
        {
            batch.Draw(new Random(draw));
            for (int b = 0; b < 50; b++)
            {
                int[] marked = [.. Enumerable.Range(0, 7).Where(t => batch.Inputs[(t * 50 + b) * 2 + 1] == 1)];
                marked.Should().HaveCount(2);
                (marked[0] < 3 && marked[1] >= 3).Should().BeTrue();
                batch.Targets[b].Should().Be(batch.Inputs[(marked[0] * 50 + b) * 2] + batch.Inputs[(marked[1] * 50 + b) * 2]);
                positions.Add((marked[0], marked[1]));
            }
        }

        positions.Should().HaveCount(12, "every pair of steps of the two halves occurs");
    }

    [Fact]
    public void To_answer_1_has_the_error_that_is_said()
    {
        AddingBatch batch = new(steps: 2, batch: 100_000);
        batch.Draw(new Random(0));

        batch.Targets.Average(target => (target - 1.0) * (target - 1.0)).Should().BeApproximately(AddingBatch.ErrorOfTheMean, 2e-3);
    }

    [Fact]
    public void An_lstm_solves_short_sequences_and_leaves_its_files()
    {
        AddingOptions options = Options("lstm") with { Steps = 4, Updates = 2000, LearningRate = 1e-2, Goal = 0.02 };

        Comparison.Run(options).Should().Be(0);

        JsonElement[] rows = Rows(options);
        rows[^1].GetProperty("cell").GetString().Should().Be("lstm");
        rows[^1].GetProperty("updates").GetInt32().Should().Be(200 * rows.Length).And.BeLessThan(2000, "training ends when the task is solved");
        rows[^1].GetProperty("test_mse").GetDouble().Should().BeLessThan(0.02);
        Directory.GetFiles(_folder).Select(Path.GetFileName).Should()
            .BeEquivalentTo("a.lstm.safetensors", "a.svg", "a.before.svg", "a.after.svg", "a.json");
    }

    [Fact]
    public void Errors_are_the_same_for_any_number_of_threads()
    {
        AddingOptions options = Options("lstm");
        double[] Run(int threads)
        {
            Comparison.Run(options with { Cells = ["lstm", "rnn"], Threads = threads }).Should().Be(0);
            return [.. Rows(options).Select(row => row.GetProperty("test_mse").GetDouble())];
        }

        Run(1).Should().HaveCount(2).And.Equal(Run(3));
    }

    [Fact]
    public void A_diverged_training_and_files_that_cannot_be_written_are_told()
    {
        AddingOptions options = Options("lstm");

        FluentActions.Invoking(() => Comparison.Run(options with { LearningRate = 1e38 })).Should().Throw<UserException>().WithMessage("*'lstm' diverged*");
        FluentActions.Invoking(() => Comparison.Run(options with { Output = Path.Combine(_folder, "none", "a") }))
            .Should().Throw<UserException>().WithMessage("cannot write the model to*no folder*");
        FluentActions.Invoking(() => Comparison.Run(options with { JsonFile = options.Output + ".svg" }))
            .Should().Throw<UserException>().WithMessage("*different files.");
    }

    private AddingOptions Options(string cell) => new()
    {
        Cells = [cell],
        Steps = 10,
        Hidden = 8,
        Batch = 5,
        Updates = 30,
        Goal = 0.01,
        LearningRate = 1e-3,
        Seed = 1,
        Threads = 1,
        Output = Path.Combine(_folder, "a"),
        JsonFile = Path.Combine(_folder, "a.json"),
    };

    private static JsonElement[] Rows(AddingOptions options) =>
        [.. File.ReadLines(options.JsonFile!).Select(line => JsonDocument.Parse(line).RootElement)];

    private static int Keep(object? parsed) => parsed is null ? 1 : 0;
}

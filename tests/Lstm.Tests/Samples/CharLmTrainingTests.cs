using System.Text.Json;
using CharLm;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class CharLmTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string ModelPath => Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("peephole")]
    [InlineData("layer-norm")]
    [InlineData("gru")]
    [InlineData("gru-reset-after")]
    [InlineData("rnn")]
    [InlineData("rnn-relu")]
    public void Losses_fall_and_are_the_same_for_any_number_of_threads(string cell)
    {
        List<(double Training, double Validation)> one = Train(OptionsOf(cell) with { Threads = 1 });
        List<(double Training, double Validation)> three = Train(OptionsOf(cell) with { Threads = 3 });

        one.Should().HaveCount(3).And.Equal(three);
        File.ReadAllText(Path.Combine(_folder, "model.svg")).Should().Contain("<polyline").And.Contain("validation");
        one[^1].Training.Should().BeLessThan(one[0].Training);
    }

    [Fact]
    public void Updates_end_a_run_within_an_epoch_and_every_full_window_is_one()
    {
        Trainer all = TrainerOf(OptionsOf("plain"));
        Trainer few = TrainerOf(OptionsOf("plain") with { Updates = 31 });
        few.Run(new Silent(few.Length), null);

        // The 900 characters make 4 streams of 224: 22 windows of 10 steps go before the last character.
        all.Length.Should().Be(new RunLength(3, 22, 66));
        few.Updates.Should().Be(31);
        few.Best!.Epoch.Should().Be(2);
    }

    [Fact]
    public void A_saved_model_writes_as_the_trained_one_did()
    {
        CharModel model = new(Text().Vocabulary, new Architecture(8, 2, "peephole"));
        Trainer trainer = new(model, Text(), OptionsOf("peephole"), CancellationToken.None);
        trainer.Run(new Silent(trainer.Length), null);
        model.Save(ModelPath);

        CharModel loaded = CharModel.Load(ModelPath);

        loaded.Architecture.Should().Be(model.Architecture);
        Write(loaded, 1).Should().HaveLength(50).And.Be(Write(model, 1)).And.NotBe(Write(model, 2));
        Write(loaded, 1, temperature: 0).Should().Be(Write(model, 2, temperature: 0));
    }

    [Fact]
    public void A_diverged_training_ends_and_saves_nothing()
    {
        Trainer trainer = TrainerOf(OptionsOf("plain") with { LearningRate = 1e38 });

        Action run = () => trainer.Run(new Silent(trainer.Length), null);

        run.Should().Throw<UserException>().WithMessage("*diverged*No model was saved.");
        File.Exists(ModelPath).Should().BeFalse();
    }

    [Fact]
    public void A_stopped_training_ends_after_the_update_it_was_in()
    {
        using CancellationTokenSource stop = new();
        CharModel model = new(Text().Vocabulary, new Architecture(8, 2, "plain"));
        Trainer trainer = new(model, Text(), OptionsOf("plain"), stop.Token);

        Action run = () => trainer.Run(new Silent(trainer.Length, progress => Cancel(stop, progress)), null);

        run.Should().Throw<OperationCanceledException>();
        trainer.Updates.Should().Be(5);
        trainer.Best.Should().BeNull();
    }

    private static void Cancel(CancellationTokenSource stop, RunProgress progress)
    {
        if (progress.Updates == 5)
        {
            stop.Cancel();
        }
    }

    private static string Write(CharModel model, int seed, double temperature = 1) =>
        string.Concat(new Generator(model).Generate(model.Vocabulary.Encode("the "), 50, temperature, new Random(seed)));

    private TextData Text()
    {
        string path = Path.Combine(_folder, "text.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog. ooooo", 20)));
        return TextData.Read(path, batch: 4, steps: 10);
    }

    private TrainingOptions OptionsOf(string cell) => new()
    {
        DataFile = "text.txt",
        Architecture = new Architecture(8, 2, cell),
        Epochs = 3,
        Updates = null,
        Batch = 4,
        Steps = 10,
        LearningRate = 0.01,
        Seed = 0,
        Threads = 1,
        OutputFile = ModelPath,
        JsonFile = Path.Combine(_folder, "epochs.json"),
    };

    private Trainer TrainerOf(TrainingOptions options) =>
        new(new CharModel(Text().Vocabulary, options.Architecture), Text(), options, CancellationToken.None);

    private List<(double Training, double Validation)> Train(TrainingOptions options)
    {
        Trainer trainer = TrainerOf(options);
        trainer.Run(new Silent(trainer.Length), new JsonLog(options.JsonFile!));
        return [.. File.ReadLines(options.JsonFile!).Select(line => JsonDocument.Parse(line).RootElement).Select(epoch =>
            (epoch.GetProperty("train_loss").GetDouble(), epoch.GetProperty("valid_loss").GetDouble()))];
    }

    private sealed class Silent(RunLength length, Action<RunProgress>? onUpdate = null) : ProgressDisplay(length)
    {
        public override void Show(RunProgress progress) => onUpdate?.Invoke(progress);

        public override void WriteLine(string text)
        {
        }
    }
}

using System.Text.Json;
using CharLm;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class CharLmTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string ModelPath => Path.Combine(_folder, "model.safetensors");

    private string TextPath => Path.Combine(_folder, "text.txt");

    private static IProgress<TrainingProgress> NoProgress => new Progress<TrainingProgress>();

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
        CharTraining all = TrainingOf(OptionsOf("plain"));
        CharTraining few = TrainingOf(OptionsOf("plain") with { Updates = 31 });
        TrainingResult result = few.Run(NoProgress, CancellationToken.None);

        // The 900 characters make 4 streams of 224: 22 windows of 10 steps go before the last character.
        all.Length.Should().Be(new RunLength(3, 22, 66));
        few.Length.Should().Be(new RunLength(3, 22, 31));
        (result.Steps, result.End, result.Best!.Epoch).Should().Be((31, StopReason.MaxSteps, 2));
    }

    [Fact]
    public void A_window_that_ends_with_the_text_is_left_out()
    {
        TrainingOptions options = OptionsOf("plain") with { Steps = 16 };

        TrainingOf(options).Length.UpdatesPerEpoch.Should().Be(13, "the streams have 14 windows of 16 steps to the end");
    }

    [Fact]
    public void The_losses_are_those_of_a_loop_by_hand()
    {
        TrainingOptions options = OptionsOf("zoneout") with { Updates = 30 };
        CharModel model = ModelOf(options), expected = ModelOf(options);

        TrainingResult result = new CharTraining(model, Text(), options, checkpoints: null).Run(NoProgress, CancellationToken.None);
        double[] losses = TrainByHand(expected, options);

        result.History[0].Training.Loss.Should().BeApproximately(losses[..22].Average(), 1e-14);
        result.History[1].Training.Loss.Should().BeApproximately(losses[22..].Average(), 1e-14);
        result.Best!.Epoch.Should().Be(2);
        model.Network.Parameters.Values.ToArray().Should().Equal(expected.Network.Parameters.Values.ToArray());
    }

    [Fact]
    public void A_saved_model_writes_as_the_trained_one_did()
    {
        TrainingOptions options = OptionsOf("peephole");
        CharModel model = ModelOf(options);
        new CharTraining(model, Text(), options, checkpoints: null).Run(NoProgress, CancellationToken.None);
        model.Save(ModelPath);

        CharModel loaded = CharModel.Load(ModelPath);

        loaded.Architecture.Should().Be(model.Architecture);
        Write(loaded, 1).Should().HaveLength(50).And.Be(Write(model, 1)).And.NotBe(Write(model, 2));
        Write(loaded, 1, temperature: 0).Should().Be(Write(model, 2, temperature: 0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void A_diverged_training_ends_and_saves_nothing(int? updates)
    {
        Text();
        Action run = () => TrainCommand.Run(OptionsOf("plain") with { LearningRate = 1e38, Updates = updates });

        run.Should().Throw<UserException>().WithMessage("*diverged*update*Try a smaller --learning-rate. No model was saved.");
        File.Exists(ModelPath).Should().BeFalse();
    }

    private static string Write(CharModel model, int seed, double temperature = 1) =>
        string.Concat(new Generator(model).Generate(model.Vocabulary.Encode("the "), 50, temperature, new Random(seed)));

    /// <summary>The loop of the README, and a validation at the end of each epoch, which does not touch it.</summary>
    /// <returns>The loss of each update.</returns>
    private double[] TrainByHand(CharModel model, TrainingOptions options)
    {
        TokenStreams streams = Text().Training;
        Bptt<float> bptt = new(model.Network, options.Steps, options.Batch);
        Adam<float> adam = new(model.Network.Parameters, options.LearningRate);
        double[] losses = new double[options.Updates!.Value];
        for (int k = 0, t = 0; k < losses.Length; k++, t += options.Steps)
        {
            t = t + options.Steps < streams.Length ? t : 0;
            if (t == 0)
            {
                bptt.ResetState();
            }

            ReadOnlySpan<float> logits = bptt.ForwardTokens(streams.Inputs(t, options.Steps));
            losses[k] = SoftmaxCrossEntropy.Evaluate(logits, streams.Targets(t, options.Steps), bptt.OutputGradient);
            bptt.Backward();
            GradientClipping.ByGlobalNorm(model.Network.Parameters, 5);
            adam.Step();
        }

        return losses;
    }

    private TextData Text(int steps = 10)
    {
        File.WriteAllText(TextPath, string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog. ooooo", 20)));
        return TextData.Read(TextPath, batch: 4, steps);
    }

    private TrainingOptions OptionsOf(string cell) => new()
    {
        DataFile = TextPath,
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
        CheckpointFolder = null,
    };

    private CharModel ModelOf(TrainingOptions options)
    {
        CharModel model = new(Text().Vocabulary, options.Architecture);
        model.Network.Initialize((ulong)options.Seed);
        return model;
    }

    private CharTraining TrainingOf(TrainingOptions options) => new(ModelOf(options), Text(options.Steps), options, checkpoints: null);

    private List<(double Training, double Validation)> Train(TrainingOptions options)
    {
        Text();
        TrainCommand.Run(options).Should().Be(0);
        return [.. File.ReadLines(options.JsonFile!).Select(line => JsonDocument.Parse(line).RootElement).Select(epoch =>
            (epoch.GetProperty("train_loss").GetDouble(), epoch.GetProperty("valid_loss").GetDouble()))];
    }
}

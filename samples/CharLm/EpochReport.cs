using Lstm;

namespace CharLm;

/// <summary>
/// What is kept and told of each epoch: the model, if its validation loss is the lowest so far, a line of JSON, a picture of the losses, and for the
/// user a line and a text that the model has written.
/// </summary>
internal sealed class EpochReport
{
    private const int SampleLength = 200;
    private const double SampleTemperature = 0.8;

    private readonly CharModel _model;
    private readonly TrainingOptions _options;
    private readonly List<TrainingRound> _rounds;
    private readonly Generator _generator;
    private readonly JsonLog? _log;

    /// <param name="model">The model that is trained.</param>
    /// <param name="options">The files, and how the model is to write.</param>
    /// <param name="before">The epochs that were done when a checkpoint was taken.</param>
    /// <exception cref="UserException">A file cannot be written.</exception>
    public EpochReport(CharModel model, TrainingOptions options, IReadOnlyList<TrainingRound> before)
    {
        (_model, _options, _rounds, _generator) = (model, options, [.. before], new Generator(model));
        _log = options.JsonFile is null ? null : new JsonLog(options.JsonFile);
        _rounds.ForEach(Log);
        if (_rounds.Count > 0)
        {
            Draw();
        }
    }

    /// <summary>The epoch whose model is kept; null if there is none yet.</summary>
    public TrainingRound? Best => _rounds.MinBy(round => round.Loss);

    public static string PathOfPicture(string modelPath) => Path.ChangeExtension(modelPath, ".svg");

    /// <exception cref="UserException">The loss is no number, or a file cannot be written.</exception>
    public void Add(TrainingRound round, ProgressDisplay display)
    {
        if (!double.IsFinite(round.Loss))
        {
            throw Diverged($"After update {round.Step:N0} the validation loss is {round.Loss}.");
        }

        _rounds.Add(round);
        bool isBest = ReferenceEquals(Best, round);
        if (isBest)
        {
            _model.Save(_options.OutputFile);
        }

        Log(round);
        Draw();
        display.WriteLine(
            $"epoch {round.Epoch}/{_options.Epochs}: training loss {round.Training.Loss:F4}, "
            + $"validation loss {round.Loss:F4} nats = {round.Validation!.Metrics["bits per character"]:F4} bits per character; "
            + $"{round.Seconds:F1} s, {CharactersPerSecond(round):N0} characters/s; "
            + (isBest ? "saved" : "not saved: not the best"));
        foreach (string line in Sample().Trim('\n').Split('\n'))
        {
            display.WriteLine($"  | {string.Concat(line.Select(character => char.IsControl(character) ? '?' : character))}");
        }
    }

    /// <summary>What to tell of a training whose numbers are none.</summary>
    public UserException Diverged(string reason) => new($"the training diverged. {reason} Try a smaller --learning-rate. "
        + (Best is null ? "No model was saved." : $"The best model, that of epoch {Best.Epoch}, is in '{_options.OutputFile}'."));

    private void Log(TrainingRound round) => _log?.Append(new
    {
        epoch = round.Epoch,
        train_loss = round.Training.Loss,
        valid_loss = round.Loss,
        seconds = round.Seconds,
        chars_per_second = CharactersPerSecond(round),
    });

    /// <summary>Those that were learned from, in a time that has the validation in it.</summary>
    private static double CharactersPerSecond(TrainingRound round) => round.Training.Weight / round.Seconds;

    private string Sample() => string.Concat(_generator.Generate([], SampleLength, SampleTemperature, new Random(_options.Seed)));

    private void Draw()
    {
        Chart chart = new("Loss by epoch", "epoch", "nats per character",
        [
            new ChartLine("training", [.. _rounds.Select(round => ((double)round.Epoch, round.Training.Loss))]),
            new ChartLine("validation", [.. _rounds.Select(round => ((double)round.Epoch, round.Loss))]),
        ]);
        SvgChart.Save(chart, PathOfPicture(_options.OutputFile));
    }
}

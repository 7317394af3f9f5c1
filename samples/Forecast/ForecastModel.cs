using System.Text.Json;

namespace Forecast;

/// <summary>An LSTM that reads all columns; what it gives at the last step of the history is the whole horizon of all of them, told from where each stands: the series
/// wander, and a model of their levels fails at those that it was not trained on.</summary>
internal static class ForecastModel
{
    private const double InputDropout = 0.1, OutputDropout = 0.2;
    private const double MaxGradientNorm = 1, AverageDecay = 0.999;

    public static Trainer<float, SeriesBatch<float>> CreateTrainer(ForecastOptions options, int columns, RunCheckpoints? checkpoints)
    {
        Sequential<float> model = new(
            new Dropout<float>(columns, InputDropout),
            new LstmLayer<float>(columns, options.Hidden),
            new Dropout<float>(options.Hidden, OutputDropout),
            new Dense<float>(options.Hidden, options.Horizon * columns));
        model.Initialize((ulong)options.Seed);

        ForecastTask<float> task = new() { FromLastValue = true, Season = options.Season };
        Adam<float> adam = new(model.Parameters, options.LearningRate);
        return new(model, task, adam, options.History, options.Batch, new()
        {
            ClipByGlobalNorm = MaxGradientNorm,
            Average = WeightAverage<float>.Exponential(model.Parameters, AverageDecay),
            EarlyStopping = new() { Patience = int.MaxValue },      // never ends it, but brings the best weights back
            MaxSteps = options.Updates,
            Bptt = new() { Threads = options.Threads, Seed = (ulong)options.Seed },
            Checkpoints = checkpoints is null ? null : checkpoints.Save,
            CheckpointSteps = RunCheckpoints.Interval,
            ProgressInterval = TimeSpan.Zero,
        });
    }

    /// <summary>What a program needs beside the weights to forecast with them.</summary>
    public static IReadOnlyDictionary<string, string> Describe(ForecastOptions options, ForecastData data) => new Dictionary<string, string>
    {
        ["program"] = "Forecast",
        ["history"] = $"{options.History}",
        ["horizon"] = $"{options.Horizon}",
        ["columns"] = JsonSerializer.Serialize(data.Columns),
        ["mean"] = JsonSerializer.Serialize(data.Scaler.Mean.ToArray()),
        ["scale"] = JsonSerializer.Serialize(data.Scaler.Scale.ToArray()),
    };
}

using System.Diagnostics;

namespace Forecast;

/// <summary>The work of the program: trains the LSTM, and shows its error beside those of the naive forecasts.</summary>
internal static class Comparison
{
    public static int Run(ForecastOptions options)
    {
        using CancellationTokenSource stop = SampleProgram.StopOnCtrlC();
        return Run(options, stop.Token);
    }

    public static int Run(ForecastOptions options, CancellationToken stop)
    {
        string picture = Path.ChangeExtension(options.OutputFile, ".svg");
        OutputFile.CheckDifferent(
            $"--data, --output, its picture '{Path.GetFileName(picture)}' and --json", options.DataFile, options.OutputFile, picture, options.JsonFile);
        if (options.Season > options.History)
        {
            throw new UserException($"a --history of {options.History:N0} rows has no whole --season of {options.Season:N0}.");
        }

        ForecastData data = ForecastData.Read(options);
        OutputFile.CheckWritable(options.OutputFile);
        OutputFile.CheckWritable(picture, "picture");
        RunCheckpoints? checkpoints = options.CheckpointFolder is null ? null : new(options.CheckpointFolder, WhatHasToStay(options, data));
        Console.WriteLine(
            $"data: {Path.GetFileName(options.DataFile)}, {data.Rows:N0} rows of {string.Join(", ", data.Columns)}; windows of {options.History:N0} + "
            + $"{options.Horizon:N0} rows: {data.Training.Count:N0} train, {data.Validation.Count:N0} validate, {data.Test.Count:N0} test");

        TestResult linear = FitLinearMap(options, data);
        var trainer = ForecastModel.CreateTrainer(options, data.Columns.Count, checkpoints);
        checkpoints?.Resume(trainer);
        JsonLog? log = options.JsonFile is null ? null : new JsonLog(options.JsonFile);
        TrainingResult result = Train(trainer, data, options, log, stop);
        if (result.End == StopReason.Cancelled)
        {
            Console.Error.WriteLine($"Interrupted after {result.Steps:N0} updates; no model was saved. {checkpoints?.HowToGoOn}");
            return SampleProgram.Interrupted;
        }

        OutputFile.Save(trainer.Model, options.OutputFile, ForecastModel.Describe(options, data));
        SvgChart.Save(CurvesOf(result), picture);
        Evaluation test = trainer.Evaluate(data.Test, CancellationToken.None), naive = test.Baseline!;
        TestResult[] results =
        [
            new("repeat yesterday", naive.Loss, naive.Metrics["MAE"]),
            linear,
            new($"LSTM, epoch {result.Best?.Epoch}", test.Loss, test.Metrics["MAE"], result.History.Sum(round => round.Seconds)),
        ];
        if (log != null)
        {
            Array.ForEach(results, row => row.AppendTo(log));
        }

        Console.WriteLine($"\n{TestResult.TableOf(results)}");
        Console.WriteLine($"The model with the lowest validation error is in '{options.OutputFile}', the errors by epoch in '{picture}'.");
        return 0;
    }

    private static TrainingResult Train(
        Trainer<float, SeriesBatch<float>> trainer, ForecastData data, ForecastOptions options, JsonLog? log, CancellationToken stop)
    {
        Array.ForEach([.. trainer.History], Log);
        int updates = Math.Min(data.Training.BatchesPerEpoch * options.Epochs, options.Updates ?? int.MaxValue);
        TrainingResult? result = null;
        ProgressDisplay.Run(new(Epochs: 1, updates, updates), display =>
        {
            TrainerProgress progress = new(display, "LSTM", round =>
            {
                display.WriteLine(
                    $"epoch {round.Epoch}/{options.Epochs}: squared error {round.Training.Loss:F4} in training, {round.Validation?.Loss:F4} in validation; {round.Seconds:F1} s");
                Log(round);
            });
            result = trainer.Fit(data.Training, data.Validation, options.Epochs, progress, stop);
        });
        return result!;

        void Log(TrainingRound round) =>
            log?.Append(new { epoch = round.Epoch, train_mse = round.Training.Loss, valid_mse = round.Validation?.Loss, seconds = round.Seconds });
    }

    /// <summary>What the numbers of a run depend on; epochs and updates may be more the next time, and threads do not matter.</summary>
    private static Dictionary<string, IFormattable> WhatHasToStay(ForecastOptions options, ForecastData data) => new()
    {
        ["--data"] = $"of {data.Rows} rows with SHA-256 {data.Hash}",
        ["--history"] = options.History,
        ["--horizon"] = options.Horizon,
        ["--hidden"] = options.Hidden,
        ["--batch"] = options.Batch,
        ["--learning-rate"] = options.LearningRate,
        ["--seed"] = options.Seed,
    };

    private static TestResult FitLinearMap(ForecastOptions options, ForecastData data)
    {
        BatchPosition beginning = data.Training.Position;
        long start = Stopwatch.GetTimestamp();
        LinearMap map = new(options.History, options.Horizon, data.Columns.Count);
        map.Fit(data.Training);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        data.Training.Position = beginning;
        (double squared, double absolute) = map.Test(data.Test);
        return new("one linear map", squared, absolute, seconds);
    }

    private static Chart CurvesOf(TrainingResult result) => new("Squared error by epoch", "epoch", "mean squared error",
    [
        new ChartLine("training", [.. result.History.Select(round => ((double)round.Epoch, round.Training.Loss))]),
        new ChartLine("validation", [.. result.History.Select(round => ((double)round.Epoch, round.Validation!.Loss))]),
    ]);
}

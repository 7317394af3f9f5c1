namespace SpeakerClassification;

/// <summary>The work of the program: trains each network with each seed, and shows their accuracies beside those of naive answers.</summary>
internal static class Comparison
{
    public static int Run(SpeakerOptions options)
    {
        OutputFiles files = new(options);
        files.Check();
        SpeakerData data = SpeakerData.Read(options.TrainingFile, options.TestFile);
        JsonLog? log = options.JsonFile is null ? null : new JsonLog(options.JsonFile);
        Console.WriteLine(
            $"utterances: {data.Training.Count:N0} train, {data.Validation.Count:N0} validate, {data.Test.Count:N0} test, of {data.Test.Classes} speakers; "
            + $"up to {data.LongestLength} frames of {data.Test.Features} numbers");

        using CancellationTokenSource stop = SampleProgram.StopOnCtrlC();
        List<SpeakerResult> results = [];
        double mostFrequent = 0;
        foreach (string network in options.Networks)
        {
            foreach (int seed in Enumerable.Range(options.Seed, options.Seeds))
            {
                SpeakerTraining training = new(network, seed, data, options);
                TrainingResult trained = Train(training, stop.Token);
                if (trained.End == StopReason.Cancelled)
                {
                    Console.Error.WriteLine("Interrupted. Only the models of networks whose first training had ended are saved.");
                    return SampleProgram.Interrupted;
                }

                Evaluation test = training.Test();
                mostFrequent = test.Baseline!.Metrics["accuracy"];
                results.Add(new(network, seed, trained, test.Metrics["accuracy"]));
                Console.WriteLine(results[^1]);
                if (log != null)
                {
                    results[^1].AppendTo(log);
                }

                if (seed == options.Seed)
                {
                    files.Save(network, training.Model);
                }
            }
        }

        files.SavePicture(results);
        ShowTable(results, mostFrequent, NearestMean.Accuracy(data.Training, data.Test), log);
        Console.WriteLine($"The models of seed {options.Seed} are in '{string.Join("', '", files.Models)}', their losses by epoch in '{files.Picture}'.");
        return 0;
    }

    private static TrainingResult Train(SpeakerTraining training, CancellationToken stop)
    {
        TrainingResult? result = null;
        ProgressDisplay.Run(new(Epochs: 1, training.Updates, training.Updates), display => result = training.Run(
            new TrainerProgress(display, $"{training.Network}, seed {training.Seed}", onRound: null), stop));
        return result!;
    }

    private static void ShowTable(List<SpeakerResult> results, double mostFrequent, double nearestMean, JsonLog? log)
    {
        AccuracyRow[] rows =
        [
            new("most frequent speaker", [mostFrequent], null),
            new("nearest mean", [nearestMean], null),
            .. results.GroupBy(result => result.Network).Select(group =>
                new AccuracyRow(group.Key, [.. group.Select(result => result.TestAccuracy)], group.Average(result => result.Seconds))),
        ];
        Console.WriteLine($"\n{AccuracyRow.TableOf(rows)}");
        foreach (AccuracyRow row in rows)
        {
            log?.Append(new { model = row.Model, median_test_accuracy = row.Median, test_accuracies = row.Accuracies, seconds = row.Seconds });
        }
    }
}

using Lstm;

namespace CharLm;

/// <summary>The main command: trains a model and saves it.</summary>
internal static class TrainCommand
{
    public static int Run(TrainingOptions options)
    {
        using CancellationTokenSource stop = SampleProgram.StopOnCtrlC();
        return Run(options, stop.Token);
    }

    public static int Run(TrainingOptions options, CancellationToken stop)
    {
        string picture = EpochReport.PathOfPicture(options.OutputFile);
        OutputFile.CheckDifferent(
            $"--data, --output, its picture '{Path.GetFileName(picture)}' and --json", options.DataFile, options.OutputFile, picture, options.JsonFile);
        TextData text = TextData.Read(options.DataFile, options.Batch, options.Steps);
        OutputFile.CheckWritable(options.OutputFile);
        OutputFile.CheckWritable(picture, "picture");
        RunCheckpoints? checkpoints = options.CheckpointFolder is null ? null : new(options.CheckpointFolder, WhatHasToStay(options, text));

        Console.WriteLine(
            $"data: {Path.GetFileName(options.DataFile)}, {text.Length:N0} characters, {text.Vocabulary.Count} different; "
            + $"{text.TrainingLength:N0} train, {text.ValidationLength:N0} validate");
        CharModel model = new(text.Vocabulary, options.Architecture);
        model.Network.Initialize((ulong)options.Seed);
        CharTraining training = new(model, text, options, checkpoints);
        Console.WriteLine(
            $"model: {options.Architecture.Layers} x {options.Architecture.Hidden} units ({options.Architecture.Cell}), "
            + $"{model.Network.Parameters.Values.Length:N0} parameters");
        Console.WriteLine(
            $"training: updates of {options.Batch} x {options.Steps} characters, {training.Length.UpdatesPerEpoch:N0} an epoch, "
            + $"{training.Length.Updates:N0} in all");
        checkpoints?.Resume(training.Trainer);

        TrainingResult result = Train(training, new EpochReport(model, options, training.Trainer.History), options, stop);
        return result.End == StopReason.Cancelled
            ? SaveInterrupted(result, training, model, checkpoints, options.OutputFile)
            : Save(result, model, options.OutputFile);
    }

    private static TrainingResult Train(CharTraining training, EpochReport report, TrainingOptions options, CancellationToken stop)
    {
        TrainingResult? result = null;
        try
        {
            ProgressDisplay.Run(training.Length, display =>
                result = training.Run(new TrainerProgress(display, options.Architecture.Cell, round => report.Add(round, display)), stop));
        }
        catch (NonFiniteException exception)
        {
            throw report.Diverged(exception.Message);
        }

        return result!;
    }

    private static int Save(TrainingResult result, CharModel model, string path)
    {
        model.Save(path);
        Console.WriteLine($"The best model, that of epoch {result.Best?.Epoch}, is in '{path}', the losses in '{EpochReport.PathOfPicture(path)}'.");
        Console.WriteLine($"Let it write: dotnet run -c Release --project samples/CharLm -- sample {path}");
        return 0;
    }

    private static int SaveInterrupted(TrainingResult result, CharTraining training, CharModel model, RunCheckpoints? checkpoints, string path)
    {
        bool hasBest = training.Trainer.RestoreBest();
        if (result.Steps > 0)
        {
            model.Save(path);
        }

        Console.Error.WriteLine(
            (result.Steps == 0 ? "Interrupted before the first update; no model was saved."
                : hasBest ? $"Interrupted after {result.Steps:N0} updates. The best model, that of epoch {result.Best?.Epoch}, is in '{path}'."
                : $"Interrupted after {result.Steps:N0} updates, before the first validation. The model as it is now is in '{path}'.")
            + (checkpoints is null ? "" : $" {checkpoints.HowToGoOn}"));
        return SampleProgram.Interrupted;
    }

    /// <summary>What the numbers of a run depend on; epochs and updates may be more the next time, and threads do not matter.</summary>
    private static Dictionary<string, IFormattable> WhatHasToStay(TrainingOptions options, TextData text) => new()
    {
        ["--data"] = $"of {text.Length} characters with SHA-256 {text.Hash}",
        ["--hidden"] = options.Architecture.Hidden,
        ["--layers"] = options.Architecture.Layers,
        ["--cell"] = $"{options.Architecture.Cell}",
        ["--batch"] = options.Batch,
        ["--steps"] = options.Steps,
        ["--learning-rate"] = options.LearningRate,
        ["--seed"] = options.Seed,
    };
}

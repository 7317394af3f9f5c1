namespace CharLm;

/// <summary>The main command: trains a model and saves it.</summary>
internal static class TrainCommand
{
    public static int Run(TrainingOptions options)
    {
        string curves = TrainingCurves.PathBeside(options.OutputFile);
        OutputFile.CheckDifferent(
            $"--data, --output, its picture '{Path.GetFileName(curves)}' and --json", options.DataFile, options.OutputFile, curves, options.JsonFile);
        TextData text = TextData.Read(options.DataFile, options.Batch, options.Steps);
        OutputFile.CheckWritable(options.OutputFile);
        OutputFile.CheckWritable(curves, "picture");
        JsonLog? log = options.JsonFile is null ? null : new JsonLog(options.JsonFile);

        Console.WriteLine(
            $"data: {Path.GetFileName(options.DataFile)}, {text.Length:N0} characters, {text.Vocabulary.Count} different; "
            + $"{text.TrainingLength:N0} train, {text.ValidationLength:N0} validate");
        CharModel model = new(text.Vocabulary, options.Architecture);
        model.Network.Initialize((ulong)options.Seed);
        CancellationTokenSource stop = SampleProgram.StopOnCtrlC();
        Trainer trainer = new(model, text, options, stop.Token);
        Console.WriteLine(
            $"model: {options.Architecture.Layers} x {options.Architecture.Hidden} units ({options.Architecture.Cell}), "
            + $"{model.Network.Parameters.Values.Length:N0} parameters");
        Console.WriteLine(
            $"training: updates of {options.Batch} x {options.Steps} characters, {trainer.Length.UpdatesPerEpoch:N0} an epoch, "
            + $"{trainer.Length.Updates:N0} in all");
        return Train(trainer, model, log, options.OutputFile);
    }

    private static int Train(Trainer trainer, CharModel model, JsonLog? log, string path)
    {
        try
        {
            ProgressDisplay.Run(trainer.Length, display => trainer.Run(display, log));
            Console.WriteLine($"The best model, that of epoch {trainer.Best?.Epoch}, is in '{path}', the losses in '{TrainingCurves.PathBeside(path)}'.");
            Console.WriteLine($"Let it write: dotnet run -c Release --project samples/CharLm -- sample {path}");
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(SaveInterrupted(trainer, model, path));
            return SampleProgram.Interrupted;
        }
    }

    private static string SaveInterrupted(Trainer trainer, CharModel model, string path)
    {
        if (trainer.Best is EpochResult best)
        {
            return $"Interrupted after {trainer.Updates:N0} updates. The best model, that of epoch {best.Epoch}, is in '{path}'.";
        }

        if (trainer.Updates == 0)
        {
            return "Interrupted before the first update; nothing was saved.";
        }

        model.Save(path);
        return $"Interrupted after {trainer.Updates:N0} updates, before the first validation. The model as it is now is in '{path}'.";
    }
}

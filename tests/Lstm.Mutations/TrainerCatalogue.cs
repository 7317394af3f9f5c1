namespace Lstm.Mutations;

/// <summary>What the trainer multiplies, sums, checks and keeps, flipped or dropped.</summary>
internal static class TrainerCatalogue
{
    private const string Updater = "Training/Updater.cs";
    private const string Run = "Training/TrainingRun.cs";
    private const string Evaluator = "Training/Evaluator.cs";
    private const string Best = "Training/BestWeights.cs";
    private const string States = "Training/CarriedStates.cs";
    private const string Checkpoint = "Training/TrainerCheckpoint.cs";
    private const string Forecast = "Training/ForecastTask.cs";
    private const string Class = "Training/ClassTask.cs";
    private const string F1 = "Metrics/F1Score.cs";

    public static IEnumerable<Mutation> All =>
    [
        // accumulation, checks, skipped updates
        new(Updater, "_firstWeight / _weight", "_weight / _firstWeight"),
        new(Updater, "loss.Weight / _firstWeight", "_firstWeight / loss.Weight"),
        new(Updater, "if (!double.IsFinite(loss.Mean))", "if (false)"),
        new(Updater, "if (!double.IsFinite(norm))", "if (false)"),
        new(Updater, "_options.Average?.Update();", ""),
        new(Updater, "_lossSum += loss.Mean * loss.Weight", "_lossSum += loss.Mean"),
        new(Updater, "        ResetDamagedStates();\n        if", "        if"),
        new(Updater, "SkipsInTurn <= _options.MaxSkipsInTurn", "SkipsInTurn < _options.MaxSkipsInTurn"),
        new("Training/NonFiniteSearch.cs", "damaged.Max(LayerOf)", "damaged.Min(LayerOf)"),
        new(Updater, "            Totals.Mark();", ""),
        new(Updater, "            Totals.GoBack();", ""),
        new(Updater, "        if (loss.Weight == 0)", "        if (false)"),
        new(Updater, "if (_weight == 0)", "if (false)"),
        new("Training/WeightGrowth.cs", "Bound * Math.Max(1, before)", "Bound"),

        // rounds and their ends
        new(Run, "using IDisposable? averaged = Options.Average?.Apply();", ""),
        new(Run, "Options.Schedule?.Plateau?.Report(round.Loss);", ""),
        new(Run, "        Updater.Totals.Reset();", ""),
        new(Run, " && _training.Position.Batch < _training.BatchesPerEpoch", ""),
        new(Run, "State.IsRoundOver = true;", "return end;"),
        new(Evaluator, "before with { Batch = 0 }", "before"),
        new(Evaluator, "source.Position = before;", ""),
        new(Best, "loss < Reference - options.MinImprovement", "loss < Reference"),
        new(Best, "improves ? (loss, 0)", "improves ? (loss, WorseRounds)"),
        new(Best, "double.IsFinite(loss) && loss < Loss)", "double.IsFinite(loss) && loss < Loss - options.MinImprovement)"),

        // one moment to go on from
        new(Best, "_optimizer.Keep(optimizer.State);", ""),
        new(Best, "optimizer.Restore(_optimizer.Value);", ""),
        new(Best, "optimizer.LearningRate = rate;", ""),
        new(Best, "average?.Restore(_average.Value);", ""),
        new(Best, "parameters.Assign(_weights);", ""),
        new(Best, "BeginAnew() => WorseRounds = 0;", "BeginAnew() { }"),
        new("Training/TrainerParts.cs", "State.StepsUndone += before - Trainer.Optimizer.Steps;", ""),
        new("Training/Trainer.cs", "run.Run(compares: BeginCall(validation),", "run.Run(compares: BeginCall(validation) && false,"),
        new("Training/Evaluator.cs", "if (_task.Evaluate(predictions, batch, []).Weight > 0)", "if (true)"),

        // what resumption needs
        new(States, "bptt.WindowCount = state.Steps;", ""),
        new(States, "to.Resume(sequence, row);", "row.CopyTo(to.Value[(sequence * to.Size)..]);"),
        new(States, "states = [.. bptt.States.Where(state => state.IsCarried)]", "states = [.. bptt.States]"),
        new(Checkpoint, "to.Best?.Restore(best);", ""),
        new(Checkpoint, "to.Updater.Totals.Restore(loss, weight, sums);", ""),
        new(Checkpoint, "options.Schedule!.Plateau!.State = present;", ""),
        new(Checkpoint, "options.Average?.Restore(checkpoint.Parts[AveragePart]);", ""),

        // texts
        new("Data/FormC.cs", "before < own", "before <= own"),
        new("Data/FormC.cs", "characters[start..end].OrderBy(data.ClassOf)", "characters[start..end]"),
        new("Data/Hangul.cs", "syllable % Trailings == 0 && ", ""),
        new("Data/TextUnit.cs", " || basis.Value == InformationSource;", ";"),
        new("Data/TextUnit.cs", " || Contains(cluster, Keycap)", ""),
        new("Data/TextUnit.cs", "not (Kinds.Invisible or Kinds.Marks)", "not Kinds.Invisible"),
        new("Data/WordTokens.cs", "(next.Joins & part.Kind) == 0", "false"),

        // tasks and metrics
        new(Forecast, "batch.History - season + t % season", "batch.History - season + t"),
        new(Forecast, "TensorPrimitives.Add(forecast, last, forecast);", ""),
        new(Forecast, "gradient[^batch.Targets.Length..]", "gradient[..batch.Targets.Length]"),
        new(Class, "gradient.IsEmpty ? 0 : LabelSmoothing", "LabelSmoothing"),
        new(Class, "targets.Length - (IgnoreIndex is int ignored ? targets.Count(ignored) : 0)", "targets.Length"),
        new(F1, "2 * hits /", "hits /"),
        new("Metrics/RootMeanSquaredError.cs", "Accumulate(0, weight, square)", "Accumulate(0, 1, square)"),
        new("Metrics/RootMeanSquaredError.cs", "weight * wide * wide", "wide * wide"),
        new(F1, "(predicted + actual).IsZero ? 0 : ", ""),
        new("Metrics/MeanAbsoluteError.cs", "Accumulate(0, weight, d)", "Accumulate(0, 1, d)"),
        new("Metrics/BitsPerCharacter.cs", "meanLoss / Ln2", "meanLoss"),
    ];
}

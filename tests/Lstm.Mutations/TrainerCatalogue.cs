namespace Lstm.Mutations;

/// <summary>What the trainer multiplies, sums, checks and keeps, flipped or dropped.</summary>
internal static class TrainerCatalogue
{
    public static IEnumerable<Mutation> All =>
    [
        // accumulation, checks, skipped updates
        new("Updater", "_firstWeight / _weight", "_weight / _firstWeight"),
        new("Updater", "loss.Weight / _firstWeight", "_firstWeight / loss.Weight"),
        new("Updater", "if (!double.IsFinite(loss.Mean))", "if (false)"),
        new("Updater", "if (!double.IsFinite(norm))", "if (false)"),
        new("Updater", "_options.Average?.Update();", ""),
        new("Updater", "_lossSum.Add(loss.Weight, loss.Mean);", "_lossSum.Add(1, loss.Mean);"),
        new("Updater", "_bptt.ResetState();", ""),
        new("Updater", "SkipsInTurn <= _options.MaxSkipsInTurn", "SkipsInTurn < _options.MaxSkipsInTurn"),
        new("NonFiniteSearch", "damaged.Max(parameter => parameter.Layer)", "damaged.Min(parameter => parameter.Layer)"),
        new("Updater", "Totals.Mark();", ""),
        new("Updater", "Totals.GoBack();", ""),
        new("Updater", "if (loss.Weight == 0)", "if (false)"),
        new("Updater", "if (_weight == 0)", "if (false)"),
        new("WeightGrowth", "Bound * Math.Max(1, before)", "Bound"),

        // rounds and their ends
        new("TrainingRun", "using IDisposable? averaged = Options.Average?.Apply();", ""),
        new("TrainingRun", "Options.Schedule?.Plateau?.Report(round.Loss);", ""),
        new("TrainingRun", "Updater.Totals.Reset();", ""),
        new("TrainingRun", "&& _training.Position.Batch < _training.BatchesPerEpoch", ""),
        new("TrainingRun", "State.IsRoundOver = true;", "return end;"),
        new("Evaluator", "before with { Batch = 0 }", "before"),
        new("Evaluator", "source.Position = before;", ""),
        new("BestWeights", "loss < Reference - options.MinImprovement", "loss < Reference"),
        new("BestWeights", "improves ? (loss, 0)", "improves ? (loss, WorseRounds)"),
        new("BestWeights", "double.IsFinite(loss) && loss < Loss)", "double.IsFinite(loss) && loss < Loss - options.MinImprovement)"),

        // one moment to go on from
        new("BestWeights", "OptimizerState = Copy(optimizer.State, OptimizerState);", ""),
        new("BestWeights", "optimizer.Restore(OptimizerState);", ""),
        new("BestWeights", "optimizer.LearningRate = rate;", ""),
        new("BestWeights", "average?.Restore(AverageState);", ""),
        new("BestWeights", "parameters.Assign(Weights);", ""),
        new("BestWeights", "BeginAnew() => WorseRounds = 0;", "BeginAnew() { }"),
        new("Trainer", "State.StepsUndone += before - Optimizer.Steps;", ""),
        new("Trainer", "run.Run(compares: BeginCall(validation),", "run.Run(compares: BeginCall(validation) && false,"),
        new("Evaluator", "if (_task.Evaluate(predictions, batch, []).Weight > 0)", "if (true)"),

        // what resumption needs
        new("CarriedStates", "bptt.WindowCount = state.Steps;", ""),
        new("CarriedStates", "to.Resume(sequence, row);", "row.CopyTo(to.Value[(sequence * to.Size)..]);"),
        new("CarriedStates", "states = [.. bptt.States.Where(state => state.IsCarried)]", "states = [.. bptt.States]"),
        new("TrainerCheckpoint", "to.Best = to.Best is null ? null : best;", ""),
        new("TrainerCheckpoint", "to.Updater.Totals.Restore(loss, weight, sums);", ""),
        new("TrainerCheckpoint", "options.Schedule!.Plateau!.State = present;", ""),
        new("TrainerCheckpoint", "options.Average?.Restore(checkpoint.Parts[AveragePart]);", ""),

        // texts
        new("FormC", "before < own", "before <= own"),
        new("FormC", "characters[start..end].OrderBy(data.ClassOf)", "characters[start..end]"),
        new("Hangul", "syllable % Trailings == 0 &&", ""),
        new("TextUnit", "|| basis.Value == InformationSource;", ";"),
        new("TextUnit", "cluster.ContainsAny(EmojiSelector, Keycap)", "cluster.Contains(EmojiSelector)"),
        new("TextUnit", "not (Kinds.Invisible or Kinds.Marks)", "not Kinds.Invisible"),
        new("WordTokenizer", "(next.Joins & part.Kind) == 0", "false"),

        // tasks and metrics
        new("ForecastTask", "batch.History - season + t % season", "batch.History - season + t"),
        new("ForecastTask", "TensorPrimitives.Add(forecast, last, forecast);", ""),
        new("ForecastTask", "gradient[^batch.Targets.Length..]", "gradient[..batch.Targets.Length]"),
        new("CategoricalTask", "gradient.IsEmpty ? 0 : LabelSmoothing", "LabelSmoothing"),
        new("CategoricalTask", "targets.Length - (IgnoreIndex is int ignored ? targets.Count(ignored) : 0)", "targets.Length"),
        new("F1Score", "2 * hits /", "hits /"),
        new("RootMeanSquaredError", "Accumulate(0, weight, square)", "Accumulate(0, 1, square)"),
        new("RootMeanSquaredError", "weight * wide * wide", "wide * wide"),
        new("F1Score", "(predicted + actual).IsZero ? 0 :", ""),
        new("MeanAbsoluteError", "Accumulate(0, weight, d)", "Accumulate(0, 1, d)"),
        new("BitsPerCharacter", "meanLoss / Ln2", "meanLoss"),
    ];
}

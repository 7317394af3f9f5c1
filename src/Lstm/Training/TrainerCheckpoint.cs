using System.Globalization;
using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Makes a checkpoint of a trainer, and restores a trainer from one.</summary>
internal static class TrainerCheckpoint<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private const string ModelPart = "model", OptimizerPart = "optimizer", StatesPart = "states",
        TrainerPart = "trainer", HistoryPart = "history";
    private const string AveragePart = "average", BestPart = "best", SeedText = "seed", LossExponent = "loss.exponent";
    private const string BestWeightsPart = "bestWeights", BestOptimizerPart = "bestOptimizer", BestAveragePart = "bestAverage";

    public static Checkpoint<T> Create(Trainer<T, TBatch> from)
    {
        long step = from.Steps;
        BestWeights<T>? best = from.Best;
        IEnumerable<(string Name, NamedState<T>? State)> parts =
        [
            (ModelPart, WeightsState.Of(from.Model.Parameters, from.Model.Parameters.Current.ToArray(), step)),
            (OptimizerPart, from.Optimizer.State.Copy()),
            (StatesPart, CarriedStates.Of(from.Bptt)),
            (TrainerPart, CheckpointNumbers.ToState<T>(TrainerNumbers.Kind, step, NumbersOf(from))),
            (HistoryPart, CheckpointNumbers.ToState<T>(HistoryNumbers.Kind, step, HistoryNumbers.Of(from.History))),
            (AveragePart, from.Options.Average?.State.Copy()),
            (BestPart, ValuesOf(from, best?.Values)),
            (BestWeightsPart, ValuesOf(from, best?.Weights)),
            (BestOptimizerPart, best?.OptimizerState?.Copy()),
            (BestAveragePart, best?.AverageState?.Copy()),
        ];
        return new()
        {
            Step = step,
            Parts = parts.Where(part => part.State != null).ToDictionary(part => part.Name, part => part.State!),

            // A seed has more bits than a double.
            Texts = new Dictionary<string, string> { [SeedText] = $"{from.State.Position?.Seed ?? 0}" },
        };
    }

    /// <summary>Restores a trainer. It reads and checks everything before it changes anything.</summary>
    public static void Restore(Checkpoint<T> checkpoint, Trainer<T, TBatch> to)
    {
        TrainerOptions<T> options = to.Options;
        ParameterCollection<T> parameters = to.Model.Parameters;
        CheckpointNumbers numbers = new(PartOf(checkpoint, TrainerPart).Numbers, TrainerPart);
        CheckSizes(numbers, to.Bptt);
        T[] values = WeightsState.ValuesOf(PartOf(checkpoint, ModelPart), parameters);
        TrainingRound[] history = HistoryNumbers.Read(new(PartOf(checkpoint, HistoryPart).Numbers, HistoryPart));
        RunState state = RunOf(checkpoint, numbers);
        double[][] sums = [.. to.Task.Metrics.Select(metric => SumsOf(numbers, metric))];
        PlateauState? plateau = PlateauOf(numbers, options.Schedule?.Plateau);
        BestWeights<T> best = BestOf(checkpoint, numbers, to);
        int lossExponent = numbers.Has(LossExponent) ? numbers.Int(LossExponent, -CheckpointNumbers.MostCounted) : 0;
        (WideSum loss, double weight) = (new(numbers["loss"], lossExponent), numbers["weight"]);
        (long skipped, int skipsInTurn) = (numbers.Long("skipped"), numbers.Int("skipsInTurn"));
        CarriedStates.Check(PartOf(checkpoint, StatesPart), to.Bptt);
        parameters.CheckHoldNoAverage();
        CheckAverage(checkpoint, options.Average);

        to.Optimizer.Restore(PartOf(checkpoint, OptimizerPart));
        options.Average?.Restore(checkpoint.Parts[AveragePart]);
        parameters.Assign(values);
        parameters.ClearGradients();
        CarriedStates.Restore(checkpoint.Parts[StatesPart], to.Bptt);
        to.Best = to.Best is null ? null : best;
        to.Updater.Totals.Restore(loss, weight, sums);
        (to.Updater.Skipped, to.Updater.SkipsInTurn) = (skipped, skipsInTurn);
        to.State = state;
        to.RoundTime.Reset();
        to.Rounds.Clear();
        to.Rounds.AddRange(history);
        if (plateau is PlateauState present)
        {
            options.Schedule!.Plateau!.State = present;
        }
    }

    private static Dictionary<string, double> NumbersOf(Trainer<T, TBatch> from)
    {
        (RunState run, Updater<T, TBatch> updater) = (from.State, from.Updater);
        Dictionary<string, double> numbers = new()
        {
            ["steps"] = from.Bptt.Steps,
            ["batch"] = from.Bptt.Batch,
            ["epoch"] = run.Epoch,
            ["isRoundOver"] = run.IsRoundOver ? 1 : 0,
            ["roundStart"] = run.RoundStart,
            ["roundSeconds"] = from.RoundSeconds,
            ["hasPosition"] = run.Position is null ? 0 : 1,
            ["position.epoch"] = run.Position?.Epoch ?? 0,
            ["position.batch"] = run.Position?.Batch ?? 0,
            ["loss"] = updater.Totals.Sum.Value,
            ["weight"] = updater.Totals.Weight,
            ["skipped"] = updater.Skipped,
            ["skipsInTurn"] = updater.SkipsInTurn,
            ["best.loss"] = from.Best?.Loss ?? double.PositiveInfinity,
            ["best.reference"] = from.Best?.Reference ?? double.PositiveInfinity,
            ["best.worseRounds"] = from.Best?.WorseRounds ?? 0,
        };
        AddOptional(numbers, LossExponent, updater.Totals.Sum.Exponent);
        AddOptional(numbers, "stepsUndone", run.StepsUndone);
        AddOptional(numbers, "end", run.End is StopReason end ? 1 + (int)end : 0);
        AddOptional(numbers, "best.isApplied", from.Best?.IsApplied == true ? 1 : 0);
        foreach (Metric metric in from.Task.Metrics)
        {
            for (int k = 0; k < metric.Sums.Length; k++)
            {
                numbers[NameOf(metric, k)] = metric.Sums[k];
            }
        }

        if (from.Options.Schedule?.Plateau is ReduceOnPlateau plateau)
        {
            (double rate, double best, int bad, int cooldown) = plateau.State;
            (numbers["plateau.rate"], numbers["plateau.best"]) = (rate, best);
            (numbers["plateau.badReports"], numbers["plateau.cooldown"]) = (bad, cooldown);
        }

        return numbers;
    }

    private static RunState RunOf(Checkpoint<T> checkpoint, CheckpointNumbers numbers)
    {
        if (!checkpoint.Texts.TryGetValue(SeedText, out string? text)
            || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            throw new ArgumentException(
                $"Expected a checkpoint with a text '{SeedText}' that is a number, but got '{text}'.", nameof(checkpoint));
        }

        return new()
        {
            Epoch = numbers.Int("epoch"),
            IsRoundOver = numbers.Flag("isRoundOver"),
            RoundStart = numbers.Long("roundStart"),
            RoundSeconds = numbers.NonNegative("roundSeconds"),
            StepsUndone = numbers.Has("stepsUndone") ? numbers.Long("stepsUndone") : 0,
            End = numbers.Has("end") ? (StopReason)(numbers.Int("end", least: 1, most: 1 + (int)StopReason.Cancelled) - 1) : null,
            Position = numbers.Flag("hasPosition")
                ? new BatchPosition(seed, numbers.Long("position.epoch"), numbers.Int("position.batch"))
                : null,
        };
    }

    /// <exception cref="ArgumentException">A part belongs to another model, optimiser or average.</exception>
    private static BestWeights<T> BestOf(Checkpoint<T> checkpoint, CheckpointNumbers numbers, Trainer<T, TBatch> trainer)
    {
        (ParameterCollection<T> parameters, WeightAverage<T>? average) = (trainer.Model.Parameters, trainer.Options.Average);
        T[]? Values(string part) =>
            checkpoint.Parts.GetValueOrDefault(part) is NamedState<T> state ? WeightsState.ValuesOf(state, parameters) : null;
        NamedState<T>? Fitting(string part, Action<NamedState<T>> check)
        {
            if (checkpoint.Parts.GetValueOrDefault(part) is NamedState<T> state)
            {
                check(state);
                return state.Copy();
            }

            return null;
        }

        return new(parameters, trainer.Options.EarlyStopping ?? new(), trainer.Optimizer, average)
        {
            Loss = numbers.Comparable("best.loss"),
            Reference = numbers.Comparable("best.reference"),
            WorseRounds = numbers.Int("best.worseRounds"),
            IsApplied = numbers.Has("best.isApplied") && numbers.Flag("best.isApplied"),
            Values = Values(BestPart),
            Weights = Values(BestWeightsPart),
            OptimizerState = Fitting(BestOptimizerPart, trainer.Optimizer.CheckFits),
            AverageState = average is null ? null : Fitting(BestAveragePart, average.CheckFits),
        };
    }

    /// <summary>
    /// Returns the sums of a metric. Version 0.1.0 kept no exponents, which are the second half of the sums; they are then 0.
    /// </summary>
    private static double[] SumsOf(CheckpointNumbers numbers, Metric metric)
    {
        int half = (metric.Sums.Length + 1) / 2, length = metric.Sums.Length;
        bool isEarlier = !Enumerable.Range(half, length - half).Any(k => numbers.Has(NameOf(metric, k)));
        return [.. Enumerable.Range(0, length).Select(k => isEarlier && k >= half ? 0 : numbers[NameOf(metric, k)])];
    }

    private static string NameOf(Metric metric, int sum) => $"metric.{metric.Name}.{sum}";

    private static PlateauState? PlateauOf(CheckpointNumbers numbers, ReduceOnPlateau? plateau)
    {
        if (plateau is null)
        {
            return numbers.Has("plateau.rate")
                ? throw new ArgumentException($"Expected a checkpoint without a {nameof(ReduceOnPlateau)}, as the options have none.")
                : null;
        }

        return new(
            Arguments.Rate(numbers.NonNegative("plateau.rate"), "plateau.rate"),
            numbers.Comparable("plateau.best"),
            numbers.Int("plateau.badReports"),
            numbers.Int("plateau.cooldown"));
    }

    private static NamedState<T>? ValuesOf(Trainer<T, TBatch> from, T[]? values) =>
        values is null ? null : WeightsState.Of(from.Model.Parameters, values.ToArray(), steps: 0);

    /// <summary>Adds a number that is almost always 0, and leaves it out where it is 0, as files of version 0.1.0 do.</summary>
    private static void AddOptional(Dictionary<string, double> numbers, string name, double value)
    {
        if (value != 0)
        {
            numbers[name] = value;
        }
    }

    private static NamedState<T> PartOf(Checkpoint<T> checkpoint, string name) =>
        checkpoint.Parts.TryGetValue(name, out NamedState<T>? state) ? state : throw new ArgumentException(
            $"Expected a checkpoint with a part '{name}', but it has {string.Join(", ", checkpoint.Parts.Keys)}.", nameof(checkpoint));

    private static void CheckSizes(CheckpointNumbers numbers, Bptt<T> bptt)
    {
        if (numbers["steps"] != bptt.Steps || numbers["batch"] != bptt.Batch)
        {
            throw new ArgumentException(
                $"Expected a checkpoint of a trainer of {bptt.Steps} steps and {bptt.Batch} sequences, "
                + $"but it is of {numbers["steps"]} and {numbers["batch"]}.");
        }
    }

    private static void CheckAverage(Checkpoint<T> checkpoint, WeightAverage<T>? average)
    {
        if (average is null && checkpoint.Parts.ContainsKey(AveragePart))
        {
            throw new ArgumentException(
                "Expected a checkpoint without an average of weights, as the options have none.", nameof(checkpoint));
        }

        average?.CheckFits(PartOf(checkpoint, AveragePart));
    }
}

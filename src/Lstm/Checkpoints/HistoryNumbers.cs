namespace Lstm;

/// <summary>Keeps the history of a training as numbers by name, such as <c>0.training.loss</c>; a file restores all their bits.</summary>
internal static class HistoryNumbers
{
    /// <summary>The kind of the state in which the numbers are kept.</summary>
    public const string Kind = "TrainingHistory";

    private const string Metric = "metric.";

    public static Dictionary<string, double> Of(IReadOnlyList<TrainingRound> history)
    {
        Dictionary<string, double> numbers = new() { ["rounds"] = history.Count };
        for (int k = 0; k < history.Count; k++)
        {
            string round = $"{k}.";
            numbers[round + "epoch"] = history[k].Epoch;
            numbers[round + "step"] = history[k].Step;
            numbers[round + "learningRate"] = history[k].LearningRate;
            numbers[round + "seconds"] = history[k].Seconds;
            Add(numbers, round + "training.", history[k].Training);
            Add(numbers, round + "validation.", history[k].Validation);
        }

        return numbers;
    }

    /// <exception cref="ArgumentException">A number is missing or out of its range.</exception>
    public static TrainingRound[] Read(CheckpointNumbers numbers)
    {
        // Each round has numbers of its own, so there are no more rounds than numbers: no single number can make the array too large.
        TrainingRound[] history = new TrainingRound[numbers.Int("rounds", least: 0, most: numbers.Count)];
        ILookup<string, KeyValuePair<string, double>> rounds = numbers.Groups();
        for (int k = 0; k < history.Length; k++)
        {
            string round = $"{k}.";
            CheckpointNumbers own = numbers.Only(rounds[$"{k}"]);
            history[k] = new()
            {
                Epoch = own.Int(round + "epoch"),
                Step = own.Long(round + "step"),
                LearningRate = own[round + "learningRate"],
                Seconds = own.NonNegative(round + "seconds"),
                Training = Read(own, round + "training.")
                    ?? throw new ArgumentException(
                        $"Expected a checkpoint whose round {k} has an evaluation of the training, but it has none.", nameof(numbers)),
                Validation = Read(own, round + "validation."),
            };
        }

        return history;
    }

    private static void Add(Dictionary<string, double> numbers, string name, Evaluation? evaluation)
    {
        numbers[name + "exists"] = evaluation is null ? 0 : 1;
        if (evaluation is null)
        {
            return;
        }

        numbers[name + "loss"] = evaluation.Loss;
        numbers[name + "weight"] = evaluation.Weight;
        foreach ((string metric, double value) in evaluation.Metrics)
        {
            numbers[name + Metric + metric] = value;
        }

        Add(numbers, name + "baseline.", evaluation.Baseline);
    }

    private static Evaluation? Read(CheckpointNumbers numbers, string name) => !numbers.Flag(name + "exists") ? null : new()
    {
        Loss = numbers[name + "loss"],
        Weight = numbers[name + "weight"],
        Metrics = numbers.From(name + Metric).ToDictionary(metric => metric.Key[(name.Length + Metric.Length)..], metric => metric.Value),
        Baseline = Read(numbers, name + "baseline."),
    };
}

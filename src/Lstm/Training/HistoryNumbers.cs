using System.Globalization;

namespace Lstm;

/// <summary>The history of a training as numbers by name, each of which a file brings back to the bit: <c>0.training.loss</c> ...</summary>
internal static class HistoryNumbers
{
    private const string Metric = "metric.";

    public static Dictionary<string, double> Of(IReadOnlyList<TrainingRound> history)
    {
        Dictionary<string, double> numbers = new() { ["rounds"] = history.Count };
        for (int k = 0; k < history.Count; k++)
        {
            string round = k.ToString(CultureInfo.InvariantCulture) + ".";
            numbers[round + "epoch"] = history[k].Epoch;
            numbers[round + "step"] = history[k].Step;
            numbers[round + "learningRate"] = history[k].LearningRate;
            numbers[round + "seconds"] = history[k].Seconds;
            Add(numbers, round + "training.", history[k].Training);
            Add(numbers, round + "validation.", history[k].Validation);
        }

        return numbers;
    }

    /// <exception cref="ArgumentException">A number is missing.</exception>
    public static TrainingRound[] Read(CheckpointNumbers numbers)
    {
        TrainingRound[] history = new TrainingRound[(int)numbers["rounds"]];
        ILookup<string, KeyValuePair<string, double>> rounds = numbers.Groups();
        for (int k = 0; k < history.Length; k++)
        {
            string name = k.ToString(CultureInfo.InvariantCulture), round = name + ".";
            CheckpointNumbers own = numbers.Only(rounds[name]);
            history[k] = new()
            {
                Epoch = (int)own[round + "epoch"],
                Step = (long)own[round + "step"],
                LearningRate = own[round + "learningRate"],
                Seconds = own[round + "seconds"],
                Training = Read(own, round + "training.")!,
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

    private static Evaluation? Read(CheckpointNumbers numbers, string name) => numbers[name + "exists"] == 0 ? null : new()
    {
        Loss = numbers[name + "loss"],
        Weight = numbers[name + "weight"],
        Metrics = numbers.From(name + Metric).ToDictionary(metric => metric.Key[(name.Length + Metric.Length)..], metric => metric.Value),
        Baseline = Read(numbers, name + "baseline."),
    };
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lstm.Tests.Training;

/// <summary>Small trainings of every kind.</summary>
internal static class Trainings
{
    public const int Vocabulary = 7;

    public static Sequential<T> TokenModel<T>(ulong seed = 1, LstmOptions? options = null)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new(new Embedding<T>(Vocabulary, 6), new LstmLayer<T>(6, 9, options ?? new()), new Dense<T>(9, Vocabulary));
        model.Initialize(seed);
        return model;
    }

    /// <summary>Tokens of which each follows from the two before, now and then disturbed.</summary>
    public static TokenStreams Streams(int count = 400, int batch = 4, ulong seed = 3)
    {
        double[] random = Numbers.Random(count, seed);
        int[] tokens = new int[count];
        for (int k = 2; k < count; k++)
        {
            tokens[k] = random[k] > 0.8 ? (int)(random[k] * 1000) % Vocabulary : (tokens[k - 1] + tokens[k - 2] + 1) % Vocabulary;
        }

        return new TokenStreams(tokens, batch);
    }

    public static TokenWindows Windows(int count = 400, int batch = 4, int steps = 8, ulong seed = 3) => new(Streams(count, batch, seed), steps);

    /// <summary>Sequences of vectors whose class is that of the sign of their sum.</summary>
    public static SequenceSet<double> Sequences(int count = 45, ulong seed = 5)
    {
        SequenceSet<double> set = new(features: 2, classes: 2);
        for (int s = 0; s < count; s++)
        {
            double[] values = Numbers.Random(2 * (2 + s * 7 % 11), seed + (ulong)s);
            set.Add(values, values.Sum() > 0 ? 1 : 0);
        }

        return set;
    }

    public static Sequential<double> SequenceModel(int inputs = 2, int outputs = 2, LstmOptions? options = null)
    {
        Sequential<double> model = new(new LstmLayer<double>(inputs, 5, options ?? new()), new Dense<double>(5, outputs));
        model.Initialize(4);
        return model;
    }

    /// <summary>A wandering series of two columns, of which the second has a season of 6 rows.</summary>
    public static Series<double> Series(int rows = 120)
    {
        double[] steps = Numbers.Random(rows, 8);
        Series<double> series = new(2);
        double level = 0;
        for (int row = 0; row < rows; row++)
        {
            level += 0.1 * steps[row];
            series.Add([level, Math.Sin(row * Math.PI / 3) + 0.01 * steps[row]]);
        }

        return series;
    }

    /// <summary>The bits of all weights.</summary>
    public static byte[] Bits<T>(Sequential<T> model)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => MemoryMarshal.AsBytes(model.Parameters.Values).ToArray();

    /// <summary>Of the bits of all tensors of a state.</summary>
    public static string Digest(NamedState<double> state) =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<double>(state.Tensors.SelectMany(tensor => tensor.Values.ToArray()).ToArray())));

    /// <summary>All of a history but how long it took.</summary>
    public static string[] Describe(IEnumerable<TrainingRound> history) => [.. history.Select(round =>
        $"{round.Epoch} {round.Step} {round.LearningRate:R} {Describe(round.Training)} | {Describe(round.Validation)}")];

    private static string Describe(Evaluation? evaluation) => evaluation is null
        ? "none"
        : $"{evaluation.Loss:R} {evaluation.Weight:R} {string.Join(' ', evaluation.Metrics.OrderBy(metric => metric.Key).Select(metric => $"{metric.Key}={metric.Value:R}"))} ({Describe(evaluation.Baseline)})";
}

/// <summary>Keeps the reports.</summary>
internal sealed class Reports(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        then?.Invoke(value);
    }
}

namespace Lstm.CheckpointProcess;

/// <summary>
/// What is trained: enough that a checkpoint takes a while to write, with everything that has a state of its own: dropout, zoneout, learnt initial
/// states, carried states, shuffled sequences, Adam, a schedule.
/// </summary>
internal static class Recipe
{
    public const int Classes = 5, Hidden = 40, Steps = 12, Batch = 4, Epochs = 4;

    private static readonly LstmOptions Noisy = new()
    {
        Peepholes = true,
        RecurrentDropout = 0.2,
        ZoneoutHidden = 0.1,
        ZoneoutCell = 0.1,
        LearnInitialState = true,
    };

    public static BpttOptions Bptt { get; } = new() { Seed = 3 };

    public static LearningRateSchedule Schedule { get; } = LearningRateSchedule.Cosine(rate: 0.01, steps: 80).AfterWarmUp(steps: 5);

    public static Sequential<float> CreateModel()
    {
        Sequential<float> model = new(
            new Embedding<float>(Classes, Hidden),
            new LstmLayer<float>(Hidden, Hidden, Noisy),
            new Dropout<float>(Hidden, 0.1),
            new LstmLayer<float>(Hidden, Hidden, Noisy),
            new Dense<float>(Hidden, Classes));
        model.Initialize(seed: 7);
        return model;
    }

    /// <summary>Windows of streams, whose states are carried on.</summary>
    public static TokenWindows Windows()
    {
        Random random = new(1);
        int[] tokens = [.. Enumerable.Range(0, Batch * Steps * 20 + 1).Select(k => (k + random.Next(2)) % Classes)];
        return new TokenWindows(new TokenStreams(tokens, Batch), Steps);
    }

    /// <summary>Sequences of various lengths, in another order in every epoch.</summary>
    public static PaddedBatches<int> Sequences()
    {
        Random random = new(2);
        SequenceSet<int> set = new(classes: Classes);
        for (int k = 0; k < Batch * 18; k++)
        {
            int label = random.Next(Classes);
            set.Add([.. Enumerable.Range(0, 1 + random.Next(Steps)).Select(_ => random.Next(3) == 0 ? random.Next(Classes) : label)], label);
        }

        return new PaddedBatches<int>(set, Batch, new() { Shuffle = true, BucketBatches = 3, Seed = ulong.MaxValue - 1 });
    }
}

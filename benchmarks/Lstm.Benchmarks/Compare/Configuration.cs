using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>The shape of the work, with its name on the command line.</summary>
internal sealed record Configuration(string Name, Work Work)
{
    /// <summary>The main job: char-rnn's default, with all that belongs to an update.</summary>
    public static Configuration Job { get; } = new("job", new(65, 128, 2, 50, 50) { Mode = WorkMode.Characters, ForgetBias = 1 });

    /// <summary>Training at the shapes people train at.</summary>
    public static IReadOnlyList<Configuration> Training { get; } =
    [
        new("tiny", new(8, 64, 1, 32, 100)),             // sensor and price series
        new("charrnn", new(65, 128, 2, 50, 50)),         // char-rnn's default
        new("char512", new(65, 512, 2, 64, 50)),         // a serious character model
        new("ptb-s", new(200, 200, 2, 20, 20)),          // Zaremba et al., "Recurrent Neural Network Regularization" (2014), small
        new("ptb-m", new(650, 650, 2, 20, 35)),          // and medium
        new("big1024", new(1024, 1024, 1, 64, 32)),      // compute bound
        new("online", new(64, 128, 1, 1, 100)),          // one sequence at a time
    ];

    /// <summary>A trained model with weights packed once: whole sequences, and single steps that go on from each other.</summary>
    public static IReadOnlyList<Configuration> Inference { get; } =
    [
        .. from batch in new[] { 1, 32 } from hidden in new[] { 64, 128, 512 } select Sequences(hidden, batch),
        .. from batch in new[] { 1, 32 } from hidden in new[] { 64, 128, 512 } select SingleSteps(hidden, batch),
    ];

    /// <summary>
    /// The same training twice, with the loss at the last step alone: forget biases of -3 let its gradients shrink to subnormal numbers on
    /// the way back, and those of 1 do not.
    /// </summary>
    public static IReadOnlyList<Configuration> Vanishing { get; } =
        [LastStep("vanishing", forgetBias: -3), LastStep("lasting", forgetBias: 1)];

    /// <summary>The names on the command line that stand for several.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Configuration>> Groups { get; } =
        new Dictionary<string, IReadOnlyList<Configuration>>
        {
            ["training"] = Training,
            ["inference"] = Inference,
            ["last-step"] = Vanishing,
        };

    /// <summary>Additions and multiplications of the matrix products: forward once, and twice as many backward.</summary>
    public double Operations => (Work.HasTraining ? 3 : 1) * Enumerable.Range(0, Work.Layers).Sum(ForwardOperations);

    public override string ToString() => Name;

    private static Configuration Sequences(int hidden, int batch) =>
        new($"seq{hidden}-b{batch}", new(hidden, hidden, 1, batch, batch == 1 ? 100 : 50) { Mode = WorkMode.Sequences });

    private static Configuration SingleSteps(int hidden, int batch) =>
        new($"step{hidden}-b{batch}", new(hidden, hidden, 1, batch, 1) { Mode = WorkMode.Steps });

    private static Configuration LastStep(string name, float forgetBias) =>
        new(name, new(2, 128, 1, 50, 100) { Mode = WorkMode.Last, ForgetBias = forgetBias });

    private double ForwardOperations(int layer)
    {
        int inputs = layer == 0 ? Work.InputSize : Work.HiddenSize;
        return 2.0 * Work.Steps * Work.Batch * (inputs + Work.HiddenSize) * 4 * Work.HiddenSize;
    }
}

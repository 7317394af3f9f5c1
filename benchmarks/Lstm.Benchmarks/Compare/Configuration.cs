namespace Lstm.Benchmarks.Compare;

/// <summary>The shape of the work: I, H, layers, B, T.</summary>
internal sealed record Configuration(string Name, int InputSize, int HiddenSize, int Layers, int Batch, int Steps)
{
    /// <summary>Training at the shapes people train at.</summary>
    public static IReadOnlyList<Configuration> Training { get; } =
    [
        new("tiny", 8, 64, 1, 32, 100),             // sensor and price series
        new("charrnn", 65, 128, 2, 50, 50),         // char-rnn's default
        new("char512", 65, 512, 2, 64, 50),         // a serious character model
        new("ptb-s", 200, 200, 2, 20, 20),          // Zaremba et al., "Recurrent Neural Network Regularization" (2014), small
        new("ptb-m", 650, 650, 2, 20, 35),          // and medium
        new("big1024", 1024, 1024, 1, 64, 32),      // compute bound
        new("online", 64, 128, 1, 1, 100),          // one sequence at a time
    ];

    /// <summary>One step of one sequence by a trained model, whose weights are packed once.</summary>
    public static IReadOnlyList<Configuration> Streaming { get; } =
    [
        new("stream128", 128, 128, 1, 1, 1) { IsTraining = false },
        new("stream512", 512, 512, 1, 1, 1) { IsTraining = false },
    ];

    public static IReadOnlyList<Configuration> All { get; } = [.. Training, .. Streaming];

    public bool IsTraining { get; init; } = true;

    /// <summary>Additions and multiplications of the matrix products: forward once, and twice as many backward.</summary>
    public double Operations => (IsTraining ? 3 : 1) * Enumerable.Range(0, Layers).Sum(ForwardOperations);

    public override string ToString() => Name;

    private double ForwardOperations(int layer)
    {
        int inputs = layer == 0 ? InputSize : HiddenSize;
        return 2.0 * Steps * Batch * (inputs + HiddenSize) * 4 * HiddenSize;
    }
}

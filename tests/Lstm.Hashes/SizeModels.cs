using System.Numerics;

namespace Lstm.Hashes;

/// <summary>
/// Lists models of other sizes: below, at and above a register, of one sequence whose steps threads share, and so large that a window is
/// several chunks.
/// </summary>
internal static class SizeModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] s_manyThreads = [1, 2, 3];

    /// <summary>Lists the models.</summary>
    public static IEnumerable<HashedModel<T>> All() =>
    [
        Lstm(inputSize: 1, hiddenSize: 1, batch: 1),
        Lstm(inputSize: 2, hiddenSize: 3, batch: 2),
        Lstm(inputSize: 8, hiddenSize: 8, batch: 3),
        Lstm(inputSize: 16, hiddenSize: 16, batch: 16) with { Steps = 1 },
        Lstm(inputSize: 9, hiddenSize: 33, batch: 13) with { Steps = 21, Threads = s_manyThreads },
        Shared("lstm plain", batch: 1, () => new LstmLayer<T>(7, 64)),
        Shared("lstm plain", batch: 2, () => new LstmLayer<T>(7, 67)),
        Shared("lstm everything", batch: 1, () => new LstmLayer<T>(7, 70, LstmRows.Everything with { Projection = 64 })),
        Shared("lstm norm Ba", batch: 1, () => new LstmLayer<T>(7, 65, new() { LayerNorm = LayerNormOptions.Ba })),
        Shared("lstm full gate recurrence", batch: 1, () => new LstmLayer<T>(7, 64, LstmVariants.FullGateRecurrence)),
        Shared("gru reset before", batch: 1, () => new GruLayer<T>(7, 66, GruRows.Everything)),
        Shared("gru reset after", batch: 1, () => new GruLayer<T>(7, 64, GruRows.Everything with { ResetAfter = true })),
        Shared("rnn", batch: 1, () => new RnnLayer<T>(7, 80, RnnRows.Everything)),
        Large("lstm", () => new LstmLayer<T>(5, 128)),
        Large("gru reset before", () => new GruLayer<T>(5, 176, new() { ResetAfter = false })),
    ];

    private static HashedModel<T> Lstm(int inputSize, int hiddenSize, int batch) =>
        new($"lstm plain of {inputSize} to {hiddenSize}, batch {batch}", () => [new LstmLayer<T>(inputSize, hiddenSize)]) { Batch = batch };

    /// <summary>Makes a model whose steps are shared, as there are fewer sequences than threads.</summary>
    private static HashedModel<T> Shared(string name, int batch, Func<Layer<T>> layer) =>
        new($"{name} of shared steps, batch {batch}", () => [layer()]) { Batch = batch, Threads = s_manyThreads };

    /// <summary>Makes a model whose pre-activations of a window are more than 4 MiB, the bytes of a chunk.</summary>
    private static HashedModel<T> Large(string name, Func<Layer<T>> layer) =>
        new($"{name} of several chunks", () => [layer()]) { Steps = 36, Batch = 64 };
}

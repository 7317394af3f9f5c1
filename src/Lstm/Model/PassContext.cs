using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The steps, the batch and the options that a layer is unrolled for.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PassContext<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private uint _masks;
    private readonly SharedWeights<T>? _sharedWeights;

    internal PassContext(int steps, int batch, BpttOptions options, SharedWeights<T>? sharedWeights = null)
    {
        _sharedWeights = sharedWeights;
        Steps = steps;
        Batch = batch;
        Threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        HasBackward = !options.ForwardOnly;
        Seed = options.Seed;
        StepClipping = options.StepClipping;
        ChunkBytes = options.ChunkBytes > 0 ? options.ChunkBytes : BpttOptions.DefaultChunkBytes;
        Window = new Window(steps, batch);
        Gemm = new Gemm<T>(Team, Threads);
    }

    /// <summary>
    /// Refuses passes whose activations do not fit into memory, before any is taken for them. It counts only the largest array of each
    /// layer.
    /// </summary>
    internal static void CheckSizes(IReadOnlyList<Layer<T>> layers, int steps, int batch, int passes)
    {
        Int128 numbers = 0;
        for (int k = 0; k < layers.Count; k++)
        {
            string what = $"The activations of layer {k} in {steps} steps of {batch} sequences";
            int width = layers[k].LargestWidth;
            int slots = steps < int.MaxValue ? steps + 1 : steps;
            numbers += ArraySize.Of(what, nameof(steps), ("steps + 1", slots), ("batch", batch), ("numbers per step", width));
        }

        string all = $"The activations of {passes} times {steps} steps of {batch} sequences";
        ArraySize.CheckMemory<T>(all, nameof(steps), numbers * passes);
    }

    /// <summary>The largest number of steps of a window.</summary>
    public int Steps { get; }

    /// <summary>The number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The largest number of threads that work at once.</summary>
    public int Threads { get; }

    /// <summary>Whether there will be backward passes.</summary>
    public bool HasBackward { get; }

    /// <summary>
    /// <see cref="BpttOptions.Seed"/>, from which a layer draws random numbers, together with the <see cref="Lstm.Window.Number"/> of the
    /// window.
    /// </summary>
    public ulong Seed { get; }

    internal StepClipping? StepClipping { get; }

    internal int ChunkBytes { get; }

    /// <summary>The window that is being processed: which rows have which steps.</summary>
    public Window Window { get; }

    /// <summary>The recurrent passes that were made for this context, in their order.</summary>
    internal List<LayerPass<T>> RecurrentPasses { get; } = [];

    internal Gemm<T> Gemm { get; }

    internal WorkerTeam Team { get; } = WorkerTeam.Shared;

    /// <summary>Returns the packed weights that some rows of a parameter have in the forward pass.</summary>
    internal PackedWeights<T> PackedWeightsOf(Parameter<T> parameter, int firstRow, int rows, int parts) =>
        _sharedWeights is null ? new PackedWeights<T>(parts) : _sharedWeights.Of(parameter, firstRow, rows);

    /// <summary>
    /// Returns the version by which a forward pass tells whether its packed weights are the present ones; null in training, which packs
    /// them for every window.
    /// </summary>
    internal long? VersionOf(Parameter<T> parameter) => HasBackward ? null : parameter.Version;

    internal TokenTable<T> TokenTableOf(Parameter<T> parameter) =>
        _sharedWeights is null ? new TokenTable<T>(parameter) : _sharedWeights.TableOf(parameter);

    /// <summary>Returns the number of the next mask, in the order in which passes are made.</summary>
    internal uint NextMask() => checked(_masks++);
}

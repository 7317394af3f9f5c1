using System.Numerics;
using Lstm.PublicApi.Tests.Cells;
using Lstm.PublicApi.Tests.Layers;

namespace Lstm.PublicApi.Tests;

/// <summary>Cells and layers as users write them, by names for tests.</summary>
internal static class Subjects
{
    public const int HiddenSize = 7;

    private static readonly string[] s_cells =
    [
        "minimal", "minimal, everything", "three states", "three states, everything", "peephole", "peephole, everything",
        "independent", "independent, everything", "busy", "busy, everything",
    ];

    private static readonly string[] s_causal =
    [
        .. s_cells, "residual minimal", "stack", "scale", "noise", "average", "average from start", "pair", "pair of averages",
    ];

    private static readonly RecurrentOptions s_everything =
        new() { HiddenDropout = 0.3, WeightDropout = 0.2, ZoneoutHidden = 0.25, LearnInitialState = true };

    /// <summary>The names of <see cref="Cells"/>.</summary>
    public static IReadOnlyList<string> CellNames => s_cells;

    /// <summary>Recurrent layers of cells of users.</summary>
    public static TheoryData<string> Cells => [.. s_cells];

    /// <summary>Layers whose outputs depend on the steps before alone.</summary>
    public static TheoryData<string> Causal => [.. s_causal];

    /// <summary>All layers.</summary>
    public static TheoryData<string> All => [.. s_causal, "bidirectional three states", "bidirectional pair"];

    /// <summary>A recurrent layer of a cell of a user.</summary>
    public static RecurrentLayer<T> Cell<T>(string name, int inputSize, int hiddenSize = HiddenSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(name switch
        {
            "minimal" => new MinimalGatedUnitCell<T>(inputSize, hiddenSize),
            "minimal, everything" => new MinimalGatedUnitCell<T>(inputSize, hiddenSize, s_everything),
            "three states" => new ThreeStateCell<T>(inputSize, hiddenSize),
            "three states, everything" => new ThreeStateCell<T>(inputSize, hiddenSize, s_everything, zoneoutNormalizer: 0.2),
            "peephole" => new PeepholeCell<T>(inputSize, hiddenSize, hiddenSize - 2),
            "peephole, everything" => new PeepholeCell<T>(inputSize, hiddenSize, hiddenSize - 2, s_everything, dropout: 0.3),
            "independent" => new IndependentCell<T>(inputSize, hiddenSize),
            "independent, everything" => new IndependentCell<T>(inputSize, hiddenSize, s_everything with { HiddenDropout = 0, WeightDropout = 0 }),
            "busy" => new BusyCell<T>(inputSize, hiddenSize),
            "busy, everything" => new BusyCell<T>(inputSize, hiddenSize, s_everything, zoneoutMemory: 0.3),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such cell."),
        });

    /// <summary>A layer.</summary>
    public static Layer<T> Layer<T>(string name, int inputSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "residual minimal" => new Residual<T>(Cell<T>("minimal, everything", inputSize), new Dense<T>(HiddenSize, inputSize)),
            "stack" => new GatedPair<T>(Cell<T>("three states", inputSize), Cell<T>("minimal", HiddenSize)),
            "scale" => new NoisyScale<T>(inputSize, noise: 0),
            "noise" => new NoisyScale<T>(inputSize, noise: 0.3),
            "average" => new MovingAverage<T>(inputSize, learnsStart: false),
            "average from start" => new MovingAverage<T>(inputSize, learnsStart: true),
            "pair" => new GatedPair<T>(new Dense<T>(inputSize, HiddenSize), Cell<T>("minimal", HiddenSize)),
            "pair of averages" => new GatedPair<T>(
                new MovingAverage<T>(inputSize, learnsStart: true), new MovingAverage<T>(inputSize, learnsStart: false)),
            "bidirectional three states" => new Bidirectional<T>(() => Cell<T>("three states, everything", inputSize)),
            "bidirectional pair" => new Bidirectional<T>(Layer<T>("pair", inputSize), Layer<T>("average from start", inputSize)),
            _ => Cell<T>(name, inputSize),
        };

    /// <summary>A model of the layer and, so that gradients come from above, a dense one.</summary>
    public static Sequential<T> Model<T>(string name, int inputSize, ulong seed = 3)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T> layer = Layer<T>(name, inputSize);
        Sequential<T> model = new(layer, new Dense<T>(layer.OutputSize, 3));
        model.Initialize(seed);
        return model;
    }
}

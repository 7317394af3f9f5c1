using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Lists models whose backward passes are truncated, recomputed or limited, or leave parameters out.</summary>
internal static class WindowModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly StepClipping s_allLimits = new() { PreActivationGradient = 0.1, HiddenGradient = 0.1, PreActivationNorm = 0.3 };

    /// <summary>Lists the models.</summary>
    public static IEnumerable<HashedModel<T>> All() =>
    [
        Stack("segments of 3", new() { SegmentSteps = 3 }),
        Stack("segments of 4", new() { SegmentSteps = 4 }),
        Stack("recomputed", new() { Recompute = true }),
        Stack("recomputed segments of 2", new() { Recompute = true, SegmentSteps = 2 }),
        Stack("back 4 steps", new() { BackwardSteps = 4 }),
        Stack("back 4 steps, segments of 2", new() { BackwardSteps = 4, SegmentSteps = 2 }),
        Stack("back 12 steps", new() { BackwardSteps = 12 }),
        Stack("back 16 steps, recomputed", new() { BackwardSteps = 16, Recompute = true }),
        Tokens("recomputed", new() { Recompute = true }),
        Tokens("back 12 steps", new() { BackwardSteps = 12 }),

        Limited("gradient", new() { PreActivationGradient = 0.1 }),
        Limited("hidden", new() { HiddenGradient = 0.05 }),
        Limited("norm", new() { PreActivationNorm = 0.2 }),
        Limited("all", s_allLimits),
        Limited("all, norm Ba", s_allLimits, () => new LstmLayer<T>(3, 17, LstmRows.Everything with { LayerNorm = LayerNormOptions.Ba })),
        Limited("all, full gate recurrence", s_allLimits, () => new LstmLayer<T>(3, 17, LstmVariants.FullGateRecurrence)),
        Limited("all, gru reset before", s_allLimits, () => new GruLayer<T>(3, 17, GruRows.Everything)),
        Limited("all, gru reset after", s_allLimits, () => new GruLayer<T>(3, 17, GruRows.Everything with { ResetAfter = true })),
        Limited("all, rnn", s_allLimits, () => new RnnLayer<T>(3, 17, RnnRows.Everything)),

        Frozen("W", name => name.EndsWith(".W", StringComparison.Ordinal)),
        Frozen("R", name => name.EndsWith(".R", StringComparison.Ordinal)),
        Frozen("vectors", name => !name.EndsWith(".W", StringComparison.Ordinal) && !name.EndsWith(".R", StringComparison.Ordinal)),
        Frozen("first layer", name => name.StartsWith("0.", StringComparison.Ordinal)),
        Frozen("all", _ => true),
        Tokens("frozen embedding", new()) with { IsFrozen = parameter => parameter.Name == "0.E" },
    ];

    private static IReadOnlyList<Layer<T>> Layers() =>
    [
        new LstmLayer<T>(3, 17, LstmRows.Everything with { LayerNorm = new() }),
        new Dropout<T>(6, 0.2),
        new GruLayer<T>(6, 9, GruRows.Everything),
        new Residual<T>(new RnnLayer<T>(9, 9, RnnRows.Everything)),
        new Dense<T>(9, 4),
    ];

    private static HashedModel<T> Stack(string name, BpttOptions options) =>
        new($"window {name}", Layers) { Options = options, Threads = [1, 2, 3] };

    private static HashedModel<T> Tokens(string name, BpttOptions options) =>
        new($"window {name}, tokens", () => [new Embedding<T>(7, 6), new LstmLayer<T>(6, 17, LstmRows.Everything), new Dense<T>(6, 7)])
        {
            Options = options,
            TakesTokens = true,
        };

    private static HashedModel<T> Limited(string name, StepClipping limits, Func<Layer<T>>? layer = null)
    {
        layer ??= static () => new LstmLayer<T>(3, 17, LstmRows.Everything);
        return new($"limit {name}", () => [layer()]) { Options = new() { StepClipping = limits } };
    }

    private static HashedModel<T> Frozen(string name, Func<string, bool> isFrozen) =>
        new($"frozen {name}", Layers) { IsFrozen = parameter => isFrozen(parameter.Name) };
}

using System.Numerics;

namespace Lstm.Benchmarks.Compare;

/// <summary>The kinds of cells by their names on the command line.</summary>
internal static class Cells
{
    public const string Plain = "plain", Peephole = "peephole", LayerNorm = "layernorm";
    private const string Rnn = "rnn";

    private static readonly Dictionary<string, LstmOptions> s_lstms = new()
    {
        [Plain] = new(),
        [Peephole] = new() { Peepholes = true },
        [LayerNorm] = new() { LayerNorm = new LayerNormOptions() },
        ["layernorm-ba"] = new() { LayerNorm = LayerNormOptions.Ba },
        ["no-input-gate"] = LstmVariants.NoInputGate,
        ["no-forget-gate"] = LstmVariants.NoForgetGate,
        ["no-output-gate"] = LstmVariants.NoOutputGate,
        ["no-input-activation"] = LstmVariants.NoInputActivation,
        ["no-output-activation"] = LstmVariants.NoOutputActivation,
        ["coupled"] = LstmVariants.Coupled,
        ["full-gate-recurrence"] = LstmVariants.FullGateRecurrence,
        ["zoneout"] = new() { ZoneoutCell = 0.2, ZoneoutHidden = 0.05 },
        ["recurrent-dropout"] = new() { RecurrentDropout = 0.2 },
    };

    private static readonly Dictionary<string, GruOptions> s_grus = new()
    {
        ["gru"] = new() { ResetAfter = false },
        ["gru-reset-after"] = new() { ResetAfter = true },
    };

    public static IReadOnlyList<string> Names { get; } = [.. s_lstms.Keys, .. s_grus.Keys, Rnn];

    /// <summary>Those that are compared unless others are asked for.</summary>
    public static IReadOnlyList<string> Standard { get; } = [Plain, Peephole, LayerNorm];

    public static Layer<T> Create<T>(string name, int inputSize, int hiddenSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (name == Rnn)
        {
            return new RnnLayer<T>(inputSize, hiddenSize);
        }

        return s_grus.TryGetValue(name, out GruOptions? gru)
            ? new GruLayer<T>(inputSize, hiddenSize, gru)
            : new LstmLayer<T>(inputSize, hiddenSize, s_lstms[name]);
    }
}

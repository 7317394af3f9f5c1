namespace Lstm.Benchmarks.Compare;

/// <summary>The kinds of LSTM by their names on the command line.</summary>
internal static class Cells
{
    public const string Plain = "plain", Peephole = "peephole", LayerNorm = "layernorm";

    public static IReadOnlyDictionary<string, LstmOptions> Options { get; } = new Dictionary<string, LstmOptions>
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

    /// <summary>Those that are compared unless others are asked for.</summary>
    public static IReadOnlyList<string> Standard { get; } = [Plain, Peephole, LayerNorm];
}

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
    };
}

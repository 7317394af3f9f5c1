namespace Lstm.Benchmarks.Compare;

/// <summary>What can be timed, by its name on the command line and in results.</summary>
internal static class SystemNames
{
    public const string Lstm = "lstm", LstmDouble = "lstm-double", Lstm256 = "lstm-256", Lstm128 = "lstm-128";
    public const string OneDnn = "onednn", OneDnnAvx2 = "onednn-avx2", Torch = "torch", Onnx = "onnx", Peak = "peak";

    /// <summary>All of them; peak is the speed limit beside which all are put.</summary>
    public static IReadOnlyList<string> All { get; } = [Lstm, LstmDouble, Lstm256, Lstm128, OneDnn, OneDnnAvx2, Torch, Onnx, Peak];

    /// <summary>Those that are timed unless others are asked for.</summary>
    public static IReadOnlyList<string> Standard { get; } = [Lstm, OneDnn, Torch, Onnx, Peak];

    /// <summary>Those that can do the main job.</summary>
    public static IReadOnlyList<string> OfJob { get; } = [Lstm, Lstm256, Lstm128, Torch];

    public static IReadOnlyList<string> OfThisLibrary { get; } = [Lstm, LstmDouble, Lstm256, Lstm128];

    /// <summary>The system that this one's times are divided by: this library, at the same width; null for the library itself.</summary>
    public static string? RivalOf(string system) => system switch { Lstm or Peak => null, OneDnnAvx2 => Lstm256, _ => Lstm };
}

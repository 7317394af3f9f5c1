namespace Lstm.Onnx;

/// <summary>The options of <see cref="OnnxExport"/>.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The lowest <see cref="Opset"/>.</summary>
    public const int LowestOpset = 14;

    /// <summary>The highest <see cref="Opset"/>.</summary>
    public const int HighestOpset = 22;

    /// <summary>
    /// The version of the operator set, from <see cref="LowestOpset"/> to <see cref="HighestOpset"/>; default: 14, which runtimes of 2021
    /// and later take. The results are the same for all versions.
    /// </summary>
    public int Opset { get; init; } = LowestOpset;

    /// <summary>
    /// Whether the input is token ids, int64 [T,B], in place of vectors [T,B,I]; default: null, for token ids where the first layer takes
    /// nothing else. Where the first layer is recurrent and has an operator of its own, the ids become one-hot vectors.
    /// </summary>
    public bool? Tokens { get; init; }

    /// <summary>
    /// Whether there is an input <c>lengths</c>, int32 [B], the number of steps of each sequence, from 0 to T. Past a sequence's end the
    /// output is 0, and the input may hold anything.
    /// </summary>
    public bool Lengths { get; init; }

    /// <summary>
    /// Whether the states that sequences start from are inputs, such as <c>0.h</c> [B,H], and those after their last steps outputs, such as
    /// <c>0.h.next</c>. Without this option every sequence starts from the trained initial state if there is one, else from 0. To go on
    /// with a sequence, give each state that came out as the next input; a backward direction begins anew instead.
    /// </summary>
    public bool States { get; init; }

    /// <summary>Whether the output is the softmax of the last layer's.</summary>
    public bool Softmax { get; init; }
}

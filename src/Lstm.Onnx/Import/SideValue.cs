namespace Lstm.Onnx;

/// <summary>What is beside the layers: sizes of the input, lengths and masks of them, and final states.</summary>
internal sealed record SideValue : GraphValue;

namespace Lstm.Onnx;

/// <summary>What a value of a graph means for a model.</summary>
internal abstract record GraphValue;

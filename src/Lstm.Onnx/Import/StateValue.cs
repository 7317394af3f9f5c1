namespace Lstm.Onnx;

/// <summary>A state that sequences start from: trained numbers; or null for 0, and for what the graph is given.</summary>
internal sealed record StateValue(float[]? Learned) : GraphValue;

namespace Lstm.Onnx;

/// <summary>A constant tensor.</summary>
internal sealed record ConstantValue(OnnxTensor Tensor) : GraphValue;

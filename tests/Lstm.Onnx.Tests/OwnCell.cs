namespace Lstm.Onnx.Tests;

/// <summary>A cell that derives from one of the library's, and may compute anything.</summary>
internal sealed class OwnCell(int inputSize, int hiddenSize) : LstmCell<float>(inputSize, hiddenSize);

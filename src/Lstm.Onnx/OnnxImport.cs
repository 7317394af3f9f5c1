namespace Lstm.Onnx;

/// <summary>
/// Reads models of ONNX files whose layers this library has: chains of the operators LSTM, GRU and RNN in one direction or two, of
/// MatMul, Gemm and Add, of Gather from a table, and sums that go past layers. That is what <see cref="OnnxExport"/> writes, except for
/// layers that it writes as a loop, and much of what PyTorch writes. docs/onnx.md has the rules.
/// <para>
/// Lengths, states and masks of the graph are not read: the model has its own. The initial state of a layer is trained where the graph
/// starts from numbers of its own, else it is 0.
/// </para>
/// </summary>
public static class OnnxImport
{
    /// <summary>Reads a model from a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model with the weights of the file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or a node is none that the format allows.</exception>
    /// <exception cref="NotSupportedException">
    /// The graph is no model of this library; the message names the node and its attribute.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static Sequential<float> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FromBytes(File.ReadAllBytes(path));
    }

    /// <summary>Reads a model from the bytes of a file.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <inheritdoc cref="Load"/>
    public static Sequential<float> FromBytes(ReadOnlySpan<byte> bytes) => new GraphReader(OnnxFile.Read(bytes), bytes.Length).ToModel();
}

namespace Lstm.Onnx;

/// <summary>
/// Writes models in the format of ONNX, for evaluation by other programs. The graph computes what a <see cref="Bptt{T}"/> computes that is
/// not training: dropout passes everything on, and zoneout mixes states by its mean.
/// <para>
/// The input is <c>input</c>, float [T,B,I] or int64 [T,B]; the output is <c>output</c>, float [T,B,O]. T and B are free. By option there
/// are lengths and states. docs/onnx.md has the graph of each layer.
/// </para>
/// </summary>
public static class OnnxExport
{
    /// <summary>Messages of Protocol Buffers end at 2 GiB; this leaves room for what is not weights.</summary>
    private const long MostBytes = 2_000_000_000;

    /// <summary>
    /// Writes a model to a file: to a temporary file beside it that then takes its name, so that a file of that name is at every moment
    /// either the old or the new one, whole.
    /// </summary>
    /// <param name="model">The model, with the weights that it has now.</param>
    /// <param name="path">The file; replaced if it exists. For a symbolic link, the file that it leads to is replaced.</param>
    /// <param name="options">What the graph takes and gives; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is not supported.</exception>
    /// <exception cref="ArgumentException">The path is empty, or an option does not apply to the model.</exception>
    /// <exception cref="NotSupportedException">
    /// A layer or a cell is not one of the library's; the message names it. Or the weights are larger than a file of this format can be.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(Sequential<float> model, string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = ToBytes(model, options);
        ModelFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Returns the bytes of the file that <see cref="Save"/> writes. The same model and options give the same bytes.</summary>
    /// <param name="model">The model, with the weights that it has now.</param>
    /// <param name="options">What the graph takes and gives; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is not supported.</exception>
    /// <exception cref="ArgumentException">An option does not apply to the model.</exception>
    /// <exception cref="NotSupportedException">
    /// A layer or a cell is not one of the library's; the message names it. Or the weights are larger than a file of this format can be.
    /// </exception>
    public static byte[] ToBytes(Sequential<float> model, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxExportOptions();
        if (options.Opset is < OnnxExportOptions.LowestOpset or > OnnxExportOptions.HighestOpset)
        {
            throw ArgumentOutOfRange.Error(
                nameof(options),
                options.Opset,
                $"Expected an operator set from {OnnxExportOptions.LowestOpset} to {OnnxExportOptions.HighestOpset}.");
        }

        long bytes = model.Parameters.Sum(parameter => (long)parameter.Length * sizeof(float));
        if (bytes > MostBytes)
        {
            throw new NotSupportedException($"The weights have {bytes} bytes, but a file of this format ends at 2 GiB.");
        }

        return new ModelGraph(model, options).ToModel();
    }
}

using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// Reads and writes safetensors files of any tensors, for programs that bring weights from elsewhere or take them there.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Tensors">The tensors, in the order of their data.</param>
/// <param name="Metadata">The texts by name; none if the file has none.</param>
public sealed record TensorFile<T>(IReadOnlyList<StateTensor<T>> Tensors, IReadOnlyDictionary<string, string> Metadata)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads a file. Numbers of F16 and BF16 become <typeparamref name="T"/>, which loses nothing.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or a tensor is of another type than F16, BF16 and <typeparamref name="T"/>; the message says what is wrong.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static TensorFile<T> Read(string path) => Safetensors.Read(
        path, (stream, header) => new TensorFile<T>(Safetensors.ReadAll<T>(stream, header), header.Metadata));

    /// <summary>Writes a file, by way of a temporary file beside it that then takes its name.</summary>
    /// <param name="path">The file, which is replaced if it exists. For a symbolic link, it is the file that the link leads to.</param>
    /// <exception cref="ArgumentException">
    /// A tensor does not have as many values as its shape, or a name or a text cannot be kept: it has half a surrogate pair, or a name
    /// comes twice.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written, has no folder, or is a folder, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        if (Tensors.FirstOrDefault(tensor => !tensor.HasItsShape) is StateTensor<T> wrong)
        {
            throw new ArgumentException(
                $"Expected as many values as the shape of {wrong.Describe()} has, but got {wrong.Values.Length}.");
        }

        Safetensors.Save(path, Tensors, Metadata);
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TensorFile<>), PrintMembers);
}

using System.Numerics;
using Lstm.Keras.Hdf5;
using Lstm.Keras.Layouts;

namespace Lstm.Keras;

/// <summary>
/// Takes weights from Keras' files into a model, and back. The n-th layer of a class in the file belongs to the n-th layer of that kind in
/// the model: <c>layers/lstm_1</c> to the second LSTM. docs/interchange.md has the layout of every layer.
/// </summary>
public static class KerasWeights
{
    /// <summary>
    /// Sets the weights of a model to those of a file: <c>.weights.h5</c> and <c>.keras</c> of Keras 3, or an HDF5 file of Keras 2. The
    /// content tells which of them it is. On any error the model stays as it was.
    /// </summary>
    /// <param name="model">
    /// A model of <see cref="Embedding{T}"/>, <see cref="LstmLayer{T}"/>, <see cref="GruLayer{T}"/>, <see cref="RnnLayer{T}"/>,
    /// <see cref="Bidirectional{T}"/>, <see cref="Dense{T}"/> and <see cref="Dropout{T}"/>. Options without weights, such as activations,
    /// are the caller's to choose as the model in Keras has them.
    /// </param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or too large; or a variable is missing or has another shape or type, or there is one too many; the message names
    /// it.
    /// </exception>
    /// <exception cref="NotSupportedException">Keras has no layer for one of the model's.</exception>
    /// <exception cref="InvalidOperationException">The model holds an average of its weights.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static void Load<T>(Sequential<T> model, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        KerasImport.Load(Hdf5Reader.Read(KerasFile.Read(path).Weights), model, KerasPlace<T>.Of(model));
    }

    /// <summary>
    /// Writes the weights of a model to a file that <c>load_weights</c> of Keras 3 takes, for a model of the same layers. Numbers keep
    /// their type. The file is written to a temporary file beside it that then takes its name.
    /// </summary>
    /// <param name="model">The model, as in <see cref="Load"/>.</param>
    /// <param name="path">The file, whose name ends in <c>.weights.h5</c>, as Keras wants it; replaced if it exists.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    /// <exception cref="NotSupportedException">Keras has no layer for one of the model's, or the weights take 2 GB or more.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save<T>(Sequential<T> model, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        if (!path.EndsWith(".weights.h5", StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected a name that ends in .weights.h5, as Keras wants it, but got '{path}'.", nameof(path));
        }

        IReadOnlyList<KerasPlace<T>> places = KerasPlace<T>.Of(model);
        ModelFile.Write(path, stream => stream.Write(KerasExport.Write(places)));
    }
}

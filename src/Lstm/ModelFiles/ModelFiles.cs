using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>Files that are enough: each has the layers of a model, its parameters, and what belongs to it.</summary>
public static class ModelFiles
{
    extension<T>(Sequential<T>)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>Makes the model that a file describes, with its parameters.</summary>
        /// <param name="path">A file that <see cref="Sequential{T}.Save"/> has written.</param>
        /// <param name="kinds">The kinds of layers that the file may have; default: null, for those of this library.</param>
        /// <exception cref="InvalidDataException">
        /// The file is damaged, does not describe its model (as those of version 0.1.0, whose parameters
        /// <see cref="Sequential{T}.LoadParameters"/> reads), has a layer of an unknown kind, or numbers of another type than
        /// <typeparamref name="T"/>; the message says what is wrong.
        /// </exception>
        /// <exception cref="IOException">The file cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
        public static Sequential<T> Load(string path, LayerKinds<T>? kinds = null) => Read(path, kinds).Model;

        /// <summary>Makes the model that a file describes, and reads what belongs to it.</summary>
        /// <param name="path">A file that <see cref="Sequential{T}.Save"/> has written.</param>
        /// <param name="info">What belongs to the model.</param>
        /// <param name="kinds">The kinds of layers that the file may have; default: null, for those of this library.</param>
        /// <inheritdoc cref="Load{T}(string, LayerKinds{T})" path="/exception"/>
        public static Sequential<T> Load(string path, out ModelInfo<T> info, LayerKinds<T>? kinds = null)
        {
            (Sequential<T> model, IReadOnlyDictionary<string, string> texts) = Read(path, kinds);
            info = InfoOf<T>(path, texts);
            return model;
        }
    }

    extension<T>(Sequential<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>
        /// Writes layers, parameters, and what belongs to the model, in the same way as <see cref="Sequential{T}.Save"/>.
        /// </summary>
        /// <param name="path">The file; replaced if it exists.</param>
        /// <param name="info">What belongs to the model.</param>
        /// <inheritdoc cref="Sequential{T}.Save" path="/exception"/>
        public void Save(string path, ModelInfo<T> info)
        {
            ArgumentNullException.ThrowIfNull(model);
            ArgumentNullException.ThrowIfNull(info);
            model.SaveAll(path, InfoTexts.Of(info));
        }

        /// <summary>
        /// Reads the parameters, as <see cref="Sequential{T}.LoadParameters"/> does, and what belongs to the model. On any error the model
        /// stays as it was.
        /// </summary>
        /// <param name="path">A file with exactly this model's parameters.</param>
        /// <param name="info">What belongs to the model.</param>
        /// <inheritdoc cref="Sequential{T}.LoadParameters" path="/exception"/>
        public void LoadParameters(string path, out ModelInfo<T> info)
        {
            ArgumentNullException.ThrowIfNull(model);
            info = InfoOf<T>(path, Safetensors.ReadMetadata(path));
            model.LoadParameters(path);
        }

        /// <summary>
        /// Writes a model card, the README.md that a model hub shows: front matter, the layers, the number of parameters, what belongs to
        /// the model, and how to load it.
        /// </summary>
        /// <param name="path">The card, such as <c>README.md</c> beside the file; replaced if it exists.</param>
        /// <param name="file">The name of the model's file, as the card tells it.</param>
        /// <param name="info">What belongs to the model.</param>
        /// <exception cref="IOException">The card cannot be written.</exception>
        /// <exception cref="UnauthorizedAccessException">The card may not be written.</exception>
        public void SaveCard(string path, string file, ModelInfo<T> info)
        {
            ArgumentNullException.ThrowIfNull(model);
            ArgumentException.ThrowIfNullOrEmpty(file);
            ArgumentNullException.ThrowIfNull(info);
            ModelCard.Save(path, file, model, info);
        }
    }

    private static ModelInfo<T> InfoOf<T>(string path, IReadOnlyDictionary<string, string> texts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return InfoTexts.Read<T>(texts);
        }
        catch (InvalidDataException error)
        {
            throw Safetensors.Damaged(path, error);
        }
    }

    private static (Sequential<T> Model, IReadOnlyDictionary<string, string> Texts) Read<T>(string path, LayerKinds<T>? kinds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        kinds ??= new LayerKinds<T>();
        return ParameterFile.LoadNew<T>(path, layers => [.. layers.Select(kinds.CreateLayer)]);
    }
}

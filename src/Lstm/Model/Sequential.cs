using System.Numerics;

namespace Lstm;

/// <summary>A model: layers one after the other, and their parameters in two flat arrays.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sequential<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Creates a model of these layers. Its parameters are those of seed 0 until <see cref="Initialize"/> or <see cref="LoadParameters"/>.
    /// </summary>
    /// <param name="layers">At least one layer, each of which takes what the one before gives.</param>
    /// <exception cref="ArgumentException">
    /// There is no layer, the sizes of neighbours differ, or a layer belongs to a model already.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public Sequential(params IReadOnlyList<Layer<T>> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Models are of float or double, not of {typeof(T).Name}.");
        }

        CheckChain(layers);
        Layers = [.. layers];
        Parameters = new ParameterCollection<T>(Layers);
    }

    /// <summary>The layers, from input to output.</summary>
    public IReadOnlyList<Layer<T>> Layers { get; }

    /// <summary>The parameters of all layers, named <c>0.W</c>, <c>0.b</c>, <c>1.W</c> ... by the position of their layer.</summary>
    public ParameterCollection<T> Parameters { get; }

    /// <summary>Sets every parameter to its first value. The same seed gives the same bits on one kind of CPU.</summary>
    public void Initialize(ulong seed) => Parameters.Initialize(seed);

    /// <summary>
    /// Writes the layers and the parameters to a safetensors file. <c>Sequential.Load</c> makes the model of it. The content goes to a
    /// temporary file beside it that then takes its name, so that a file of that name is at every moment either the old or the new one,
    /// whole. docs/checkpoints.md, "Files", says what is kept of the old file.
    /// </summary>
    /// <param name="path">The file; replaced if it exists. For a symbolic link, the file that it leads to is replaced.</param>
    /// <param name="metadata">Texts to keep with the parameters. Names that begin with <c>lstm.</c> are the library's own.</param>
    /// <exception cref="ArgumentException">
    /// A text is null or not valid Unicode, a name begins with <c>lstm.</c>, or the texts are larger than a file may hold.
    /// </exception>
    /// <exception cref="IOException">
    /// The file cannot be written, its folder does not exist, or it is a folder, a pipe or a device.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (metadata?.Keys.FirstOrDefault(name => name.StartsWith(ModelDescription.Prefix, StringComparison.Ordinal)) is string taken)
        {
            throw new ArgumentException(
                $"Expected names that do not begin with '{ModelDescription.Prefix}', as those of the library do, but got '{taken}'.",
                nameof(metadata));
        }

        SaveAll(path, metadata ?? new Dictionary<string, string>());
    }

    /// <summary>
    /// Reads the parameters from a safetensors file, whose description of layers is not read: files of any version, and those of models
    /// with layers that do not describe themselves. On any error the model stays as it was.
    /// </summary>
    /// <param name="path">A file with exactly this model's parameters: their names, shapes and element type.</param>
    /// <returns>The texts that the program has kept with the parameters.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or holds other parameters; the message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public IReadOnlyDictionary<string, string> LoadParameters(string path) =>
        ModelDescription.WithoutOwn(ParameterFile.Load(path, Parameters));

    /// <summary>Writes layers, parameters and texts, those of the library among them.</summary>
    internal void SaveAll(string path, IReadOnlyDictionary<string, string> texts)
    {
        OrderedDictionary<string, string> all = new() { [ModelDescription.Key] = ModelDescription.Of(Layers) };
        foreach ((string name, string text) in texts)
        {
            all[name] = text;
        }

        ParameterFile.Save(path, Parameters, all);
    }

    /// <summary>Refuses layers that cannot stand one after the other.</summary>
    /// <param name="layers">The argument of a constructor of the same name.</param>
    internal static void CheckChain(IReadOnlyList<Layer<T>> layers)
    {
        if (layers.Count == 0)
        {
            throw new ArgumentException("Expected at least one layer.", nameof(layers));
        }

        for (int k = 0; k < layers.Count; k++)
        {
            Layer<T>.CheckPart(layers[k], $"Layer {k}", nameof(layers));
            if (k > 0 && !layers[k].AcceptsValues)
            {
                throw new ArgumentException($"Layer {k} takes token ids only, so it has to be the first layer.", nameof(layers));
            }

            if (k > 0 && layers[k].InputSize != layers[k - 1].OutputSize)
            {
                throw new ArgumentException(
                    $"Layer {k} expects an input of size {layers[k].InputSize}, but layer {k - 1} gives {layers[k - 1].OutputSize}.",
                    nameof(layers));
            }
        }

        if (layers.Distinct().Count() != layers.Count)
        {
            throw new ArgumentException("A layer is given twice; weights are not shared.", nameof(layers));
        }
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// The kinds of layers and cells that files can name, with the functions that make them from their descriptions. A new instance knows all
/// of this library; add yours before you load a file that has them. An instance that nobody adds to any more can serve many threads.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerKinds<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string InputSize = "inputSize", OutputSize = "outputSize", HiddenSize = "hiddenSize";

    private readonly Dictionary<string, Func<LayerDescription, Layer<T>>> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<LayerDescription, Cell<T>>> _cells = new(StringComparer.Ordinal);

    /// <summary>Creates the kinds of this library.</summary>
    public LayerKinds()
    {
        AddLayer("dense", d => new Dense<T>(d.WholeNumber(InputSize), d.WholeNumber(OutputSize)));
        AddLayer("embedding", d => new Embedding<T>(d.WholeNumber(InputSize), d.WholeNumber(OutputSize)));
        AddLayer("dropout", d => new Dropout<T>(d.WholeNumber("size"), d.Number("rate"), d.Flag("variational", false)));
        AddLayer("lstm", d => new LstmLayer<T>(d.WholeNumber(InputSize), d.WholeNumber(HiddenSize), LstmOptions.ReadFrom(d)));
        AddLayer("gru", d => new GruLayer<T>(d.WholeNumber(InputSize), d.WholeNumber(HiddenSize), GruOptions.ReadFrom(d)));
        AddLayer("rnn", d => new RnnLayer<T>(d.WholeNumber(InputSize), d.WholeNumber(HiddenSize), RnnOptions.ReadFrom(d)));
        AddLayer("recurrent", d => new RecurrentLayer<T>(CreateCell(Only(d, "cell"))));
        AddLayer("bidirectional", d => new Bidirectional<T>(CreateLayer(Only(d, "forward")), CreateLayer(Only(d, "backward"))));
        AddLayer("residual", d => new Residual<T>([.. d.Parts("layers").Select(CreateLayer)]));
        AddCell("lstm", d => new LstmCell<T>(d.WholeNumber(InputSize), d.WholeNumber(HiddenSize), LstmOptions.ReadFrom(d)));
        AddCell("gru", d => new GruCell<T>(d.WholeNumber(InputSize), d.WholeNumber(HiddenSize), GruOptions.ReadFrom(d)));
        AddCell("rnn", d => new RnnCell<T>(d.WholeNumber(InputSize), d.WholeNumber(HiddenSize), RnnOptions.ReadFrom(d)));
    }

    /// <summary>Adds a kind of layer.</summary>
    /// <param name="kind">The kind that its <see cref="Layer{T}.Describe"/> gives.</param>
    /// <param name="create">
    /// Makes a layer of a description that has been read from a file. It may throw an <see cref="ArgumentException"/>, as constructors do,
    /// or an <see cref="InvalidDataException"/>.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentException">There is such a kind already.</exception>
    public LayerKinds<T> AddLayer(string kind, Func<LayerDescription, Layer<T>> create) => Add(_layers, kind, create);

    /// <summary>Adds a kind of cell, for a <see cref="RecurrentLayer{T}"/>.</summary>
    /// <param name="kind">The kind that its <see cref="Cell{T}.Describe"/> gives.</param>
    /// <param name="create">As for a layer.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentException">There is such a kind already.</exception>
    public LayerKinds<T> AddCell(string kind, Func<LayerDescription, Cell<T>> create) => Add(_cells, kind, create);

    /// <summary>Makes a layer, also for a layer of your own that consists of others.</summary>
    /// <exception cref="InvalidDataException">The kind is not known, or the description does not fit it.</exception>
    public Layer<T> CreateLayer(LayerDescription description) => Create(_layers, description, "layer", nameof(AddLayer));

    /// <summary>Makes a cell.</summary>
    /// <inheritdoc cref="CreateLayer" path="/exception"/>
    public Cell<T> CreateCell(LayerDescription description) => Create(_cells, description, "cell", nameof(AddCell));

    private static LayerDescription Only(LayerDescription description, string name) => description.Parts(name) is [LayerDescription part]
        ? part
        : throw new InvalidDataException($"Expected layer kind '{description.Kind}' to have one '{name}'.");

    private static TMade Create<TMade>(
        Dictionary<string, Func<LayerDescription, TMade>> kinds, LayerDescription description, string what, string add)
    {
        ArgumentNullException.ThrowIfNull(description);
        if (!kinds.TryGetValue(description.Kind, out Func<LayerDescription, TMade>? create))
        {
            throw new InvalidDataException($"Expected a kind of {what} that is known, but got '{description.Kind}': if it is your own, "
                + $"give a {nameof(LayerKinds<>)} that knows it by {add}.");
        }

        try
        {
            TMade made = create(description);
            description.CheckAllRead();
            return made;
        }
        catch (Exception error) when (error is ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new InvalidDataException($"Expected {what} kind '{description.Kind}' to be one that can be made. {error.Message}", error);
        }
    }

    private LayerKinds<T> Add<TMade>(
        Dictionary<string, Func<LayerDescription, TMade>> kinds, string kind, Func<LayerDescription, TMade> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(create);
        return kinds.TryAdd(kind, create)
            ? this
            : throw new ArgumentException($"Expected a new kind, but '{kind}' is known already.", nameof(kind));
    }
}

using System.Numerics;
using Lstm.PyTorch.Archives;
using Lstm.PyTorch.Modules;

namespace Lstm.PyTorch;

/// <summary>
/// The weights of PyTorch's modules, under PyTorch's names: what <c>model.state_dict()</c> gives and <c>model.load_state_dict</c> takes.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TorchStateDict<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, StateTensor<T>> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates a state dictionary of tensors.</summary>
    /// <param name="tensors">The tensors, each with as many values as its shape says.</param>
    /// <param name="others">Tensors of integers, which are listed only; null for none.</param>
    /// <exception cref="ArgumentException">A name comes twice, or a tensor does not have as many values as its shape.</exception>
    public TorchStateDict(IEnumerable<StateTensor<T>> tensors, IEnumerable<TorchOtherTensor>? others = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Tensors = [.. tensors];
        Others = [.. others ?? []];
        foreach (StateTensor<T> tensor in Tensors)
        {
            if (tensor.Shape.Aggregate((Int128)1, (product, size) => product * size) != tensor.Values.Length)
            {
                throw new ArgumentException(
                    $"Expected as many values of '{tensor.Name}' as its shape has, [{string.Join(",", tensor.Shape)}], but got "
                        + $"{tensor.Values.Length}.",
                    nameof(tensors));
            }

            if (!_byName.TryAdd(tensor.Name, tensor))
            {
                throw new ArgumentException($"Expected every name once, but '{tensor.Name}' comes twice.", nameof(tensors));
            }
        }
    }

    /// <summary>The tensors, in the order of the file.</summary>
    public IReadOnlyList<StateTensor<T>> Tensors { get; }

    /// <summary>The tensors of integers and truth values, which are listed only.</summary>
    public IReadOnlyList<TorchOtherTensor> Others { get; }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    public StateTensor<T> this[string name] => Find(name) ?? throw new KeyNotFoundException($"There is no tensor '{name}'.");

    /// <summary>
    /// Reads a safetensors file, or a file of torch.save (.pt, .pth; PyTorch 1.6 or later) that holds a state dictionary. The content tells
    /// which of them it is. Nothing in the file is executed. Numbers of 16 bits become <typeparamref name="T"/>, which loses nothing;
    /// numbers of 32 bits are read as <see cref="float"/> and numbers of 64 bits as <see cref="double"/> alone. Tensors that share their
    /// numbers in the file share them here.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="key">
    /// The member that is the state dictionary, for a file that holds it within another dictionary, as in <c>{"state_dict": ..., "epoch":
    /// 3}</c>; null for a file that holds nothing else.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, holds something else than tensors, or would take more than about ten times its length in memory; the message
    /// names what was found.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static TorchStateDict<T> Read(string path, string? key = null) => StateDictFile.Read<T>(path, key);

    /// <summary>
    /// Writes a safetensors file, which <c>safetensors.torch.load_file</c> reads. It is written to a temporary file that then takes the
    /// name.
    /// </summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <exception cref="InvalidOperationException">There are tensors of integers, which would be lost.</exception>
    /// <exception cref="ArgumentException">A name is not valid Unicode.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        if (Others.Count > 0)
        {
            throw new InvalidOperationException($"'{Others[0].Name}' has elements of {Others[0].Type}, which cannot be written.");
        }

        new TensorFile<T>(Tensors, new Dictionary<string, string> { ["format"] = "pt" }).Save(path);
    }

    /// <summary>
    /// Returns the tensors of a part of a model, without the part's name: <c>Under("encoder")</c> has <c>rnn.weight_ih_l0</c> of
    /// <c>encoder.rnn.weight_ih_l0</c>.
    /// </summary>
    /// <param name="prefix">The name of the part, without the dot at its end.</param>
    public TorchStateDict<T> Under(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        string start = prefix + ".";
        return new(
            Tensors.Where(tensor => IsIn(tensor.Name)).Select(tensor => tensor with { Name = tensor.Name[start.Length..] }),
            Others.Where(other => IsIn(other.Name)).Select(other => other with { Name = other.Name[start.Length..] }));

        bool IsIn(string name) => name.StartsWith(start, StringComparison.Ordinal);
    }

    /// <summary>
    /// Sets the weights of layers to these tensors. Each tensor has to have its place, and each weight its tensor. On any error all weights
    /// stay as they were.
    /// </summary>
    /// <param name="modules">The modules that the tensors belong to, with their layers, which belong to a model.</param>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, there is one too many, or one has another shape; the message names it, with what was expected and found.
    /// </exception>
    /// <exception cref="ArgumentException">Two modules have the same name or layer.</exception>
    /// <exception cref="InvalidOperationException">A layer belongs to no model yet.</exception>
    public void CopyTo(params IReadOnlyList<TorchModule<T>> modules)
    {
        TorchModule<T>.CheckDistinct(modules);
        WeightImport<T> import = new(this);
        foreach (TorchModule<T> module in modules)
        {
            module.Import(import);
        }

        import.Complete();
    }

    /// <summary>Returns copies of the weights of layers, under the names and in the order of PyTorch.</summary>
    /// <param name="modules">The modules, with their layers, which belong to a model.</param>
    /// <exception cref="ArgumentException">Two modules have the same name or layer.</exception>
    /// <exception cref="InvalidOperationException">
    /// A layer belongs to no model yet, or has a bias that is not 0 although its module has none.
    /// </exception>
    public static TorchStateDict<T> From(params IReadOnlyList<TorchModule<T>> modules)
    {
        TorchModule<T>.CheckDistinct(modules);
        return new(modules.SelectMany(module => module.Export()));
    }

    /// <summary>
    /// Creates a model of the shapes of these tensors and sets its weights: an <c>nn.LSTM</c>, <c>nn.GRU</c> or <c>nn.RNN</c>, below it
    /// perhaps an <c>nn.Embedding</c> and above it perhaps an <c>nn.Linear</c>. Other models are made layer by layer, and filled by
    /// <see cref="CopyTo"/>.
    /// </summary>
    /// <param name="recurrent">The name of the recurrent module; empty for a module that is the model.</param>
    /// <param name="embedding">The name of the embedding; null for none.</param>
    /// <param name="linear">The name of the linear module; null for none.</param>
    /// <param name="activation">The function of an <c>nn.RNN</c>, which shapes do not tell: tanh or the rectifier.</param>
    /// <exception cref="InvalidDataException">
    /// The shapes are no such model's, or a tensor is missing or one too many; the message names it.
    /// </exception>
    /// <exception cref="ArgumentException">The function is neither tanh nor the rectifier, or two modules have the same name.</exception>
    public Sequential<T> CreateModel(
        string recurrent, string? embedding = null, string? linear = null, Activation activation = Activation.Tanh)
    {
        ArgumentNullException.ThrowIfNull(recurrent);
        return activation is Activation.Tanh or Activation.Relu
            ? new ModelShapes<T>(this, activation).Create(embedding, recurrent, linear)
            : throw new ArgumentException($"Expected the function of an nn.RNN, Tanh or Relu, but got {activation}.", nameof(activation));
    }

    internal bool Has(string name) => _byName.ContainsKey(name) || Others.Any(other => other.Name == name);

    internal StateTensor<T>? Find(string name) => _byName.GetValueOrDefault(name);
}

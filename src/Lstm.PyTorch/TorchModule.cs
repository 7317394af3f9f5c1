using System.Numerics;
using Lstm.PyTorch.Modules;

namespace Lstm.PyTorch;

/// <summary>
/// A module of PyTorch, by its name in the model, and the layers that compute the same:
/// <list type="bullet">
/// <item><c>nn.LSTM</c>, <c>nn.GRU</c>, <c>nn.RNN</c>: as many layers as the module has, each an <see cref="LstmLayer{T}"/>, <see
/// cref="GruLayer{T}"/> or <see cref="RnnLayer{T}"/>, or a <see cref="Bidirectional{T}"/> of two of them;</item>
/// <item><c>nn.LSTMCell</c>, <c>nn.GRUCell</c>, <c>nn.RNNCell</c>: one such layer, with <see cref="IsCell"/>;</item>
/// <item><c>nn.Embedding</c>: an <see cref="Embedding{T}"/>;</item>
/// <item><c>nn.Linear</c>: a <see cref="Dense{T}"/>.</item>
/// </list>
/// Dropout between layers has no weights, so its layers are left out.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TorchModule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<TorchCell<T>[]> _cells = [];

    /// <summary>Names the layers that are a module.</summary>
    /// <param name="name">The name of the module in its model, as in <c>encoder.rnn</c>; empty for a module that is the model.</param>
    /// <param name="layers">The layers, from input to output.</param>
    /// <exception cref="ArgumentException">
    /// The layers are no module of PyTorch: they differ in kind or size, or have options that PyTorch does not have; the message names
    /// them.
    /// </exception>
    public TorchModule(string name, params IReadOnlyList<Layer<T>> layers)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(layers);
        (Name, Layers) = (name, [.. layers]);
        if (Layers is not [Embedding<T> or Dense<T>])
        {
            foreach (Layer<T> layer in Layers)
            {
                _cells.Add(CellsOf(layer, nameof(layers)));
            }

            CheckStack(nameof(layers));
        }

        Type = Layers switch
        {
            [Embedding<T>] => "nn.Embedding",
            [Dense<T>] => "nn.Linear",
            _ => $"nn.{_cells[0][0].Kind}",
        };
    }

    /// <summary>The name of the module in its model.</summary>
    public string Name { get; }

    /// <summary>The layers, from input to output.</summary>
    public IReadOnlyList<Layer<T>> Layers { get; }

    /// <summary>The type of the module, as in <c>nn.LSTM</c>.</summary>
    public string Type => IsCell ? field + "Cell" : field;

    /// <summary>
    /// Whether the module is a cell, which computes one step, as in <c>nn.LSTMCell</c>. Its tensors have names without the number of a
    /// layer.
    /// </summary>
    /// <exception cref="ArgumentException">The module is not one recurrent layer of one direction without projection.</exception>
    public bool IsCell
    {
        get;
        init => field = !value || _cells is [[{ Projection: null }]]
            ? value
            : throw new ArgumentException("Expected one recurrent layer of one direction without projection for a cell.", nameof(value));
    }

    /// <summary>
    /// Whether the module may have biases; default: true. With false, as for <c>bias=False</c>, no biases are written, and none may be
    /// read. Where a module has no biases at all, they are read as 0 in either case.
    /// </summary>
    public bool HasBias { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => $"{Type} '{Name}' of {Layers.Count} {(Layers.Count == 1 ? "layer" : "layers")}";

    /// <summary>Refuses modules that have the same name or layer.</summary>
    internal static void CheckDistinct(IReadOnlyList<TorchModule<T>> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<Parameter<T>> parameters = [];
        foreach (TorchModule<T> module in modules)
        {
            ArgumentNullException.ThrowIfNull(module, nameof(modules));
            if (!names.Add(module.Name))
            {
                throw new ArgumentException($"Two modules have the name '{module.Name}'.", nameof(modules));
            }

            if (!module.Layers.SelectMany(layer => layer.Parameters).All(parameters.Add))
            {
                throw new ArgumentException($"A layer of module '{module.Name}' is given twice.", nameof(modules));
            }
        }
    }

    internal void Import(WeightImport<T> import)
    {
        List<ITensorMap<T>> maps = [.. Maps()];
        bool hasBias = HasBias && maps.OfType<BiasMap<T>>().Any(bias => bias.IsIn(import.Weights));
        foreach (ITensorMap<T> map in maps)
        {
            if (map is BiasMap<T> bias && !hasBias)
            {
                bias.ImportNone(import);
            }
            else
            {
                map.Import(import);
            }
        }
    }

    internal IEnumerable<StateTensor<T>> Export()
    {
        foreach (ITensorMap<T> map in Maps())
        {
            if (map is BiasMap<T> bias && !HasBias)
            {
                bias.CheckNone();
                continue;
            }

            foreach (StateTensor<T> tensor in map.Export())
            {
                yield return tensor;
            }
        }
    }

    private IEnumerable<ITensorMap<T>> Maps()
    {
        string prefix = Name == "" ? "" : Name + ".";
        return Layers switch
        {
            [Embedding<T> embedding] => [new WeightMap<T>($"{prefix}weight", embedding.Table)],
            [Dense<T> dense] =>
                [new WeightMap<T>($"{prefix}weight", dense.Weights), new BiasMap<T>($"{prefix}bias", null, dense.Bias, null)],
            _ => _cells.SelectMany((cells, layer) =>
                cells.SelectMany((cell, direction) => cell.Maps(prefix, IsCell ? "" : $"_l{layer}{(direction == 1 ? "_reverse" : "")}"))),
        };
    }

    private static TorchCell<T>[] CellsOf(Layer<T> layer, string argument)
    {
        ArgumentNullException.ThrowIfNull(layer, argument);
        Layer<T>[] directions = layer is Bidirectional<T> both ? [both.ForwardLayer, both.BackwardLayer] : [layer];
        return Array.ConvertAll(directions, direction => TorchCell<T>.Of(direction, argument) ?? throw new ArgumentException(
            "Expected one Embedding or Dense, or layers of LSTM, GRU or RNN cells, each alone or two in a Bidirectional, but got "
                + $"{direction.GetType().Name.Split('`')[0]}.",
            argument));
    }

    private void CheckStack(string argument)
    {
        if (_cells.Count == 0)
        {
            throw new ArgumentException("Expected at least one layer.", argument);
        }

        for (int k = 0; k < _cells.Count; k++)
        {
            if (_cells[k].Length != _cells[0].Length || _cells[k].Any(cell => cell.Likeness != _cells[0][0].Likeness))
            {
                throw new ArgumentException(
                    $"Expected layers of one kind, size and number of directions, as a module of PyTorch has them, but layer {k} differs.",
                    argument);
            }

            if (k > 0 && Layers[k].InputSize != Layers[k - 1].OutputSize)
            {
                throw new ArgumentException(
                    $"Layer {k} expects an input of size {Layers[k].InputSize}, but layer {k - 1} gives {Layers[k - 1].OutputSize}.",
                    argument);
            }
        }
    }
}

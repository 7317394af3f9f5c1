using System.Numerics;

namespace Lstm.PyTorch.Modules;

/// <summary>Makes models of the shapes of tensors: a recurrent module, perhaps with an embedding and a linear one.</summary>
internal sealed class ModelShapes<T>(TorchStateDict<T> weights, Activation activation)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Layer<T>> _layers = [];

    /// <summary>Makes a model, and sets its weights.</summary>
    /// <exception cref="InvalidDataException">The shapes are no such model's, or a tensor is missing or surplus.</exception>
    public Sequential<T> Create(string? embedding, string recurrent, string? linear)
    {
        if (embedding != null)
        {
            (int tokens, int size) = Matrix($"{Prefix(embedding)}weight", rows: null, columns: null);
            _layers.Add(new Embedding<T>(tokens, size));
        }

        int first = _layers.Count;
        AddRecurrent(Prefix(recurrent));
        int end = _layers.Count;
        if (linear != null)
        {
            (int outputs, int inputs) = Matrix($"{Prefix(linear)}weight", rows: null, columns: _layers[^1].OutputSize);
            _layers.Add(new Dense<T>(inputs, outputs));
        }

        List<TorchModule<T>> modules = [new(recurrent, _layers[first..end])];
        if (embedding != null)
        {
            modules.Add(new(embedding, _layers[0]));
        }

        if (linear != null)
        {
            modules.Add(new(linear, _layers[^1]));
        }

        Sequential<T> model = new(_layers);
        weights.CopyTo(modules);
        return model;
    }

    private static string Prefix(string name) => name == "" ? "" : name + ".";

    private void AddRecurrent(string prefix)
    {
        string projection = $"{prefix}weight_hr_l0";
        (int rows, int outputs) = Matrix($"{prefix}weight_hh_l0", rows: null, columns: null);
        int units = weights.Find(projection) is null ? outputs : Matrix(projection, rows: outputs, columns: null).Columns;
        int blocks = rows % units == 0 ? rows / units : 0;
        if (blocks is not (1 or 3 or 4) || (units != outputs && blocks != 4))
        {
            throw new InvalidDataException(
                $"Expected tensor '{prefix}weight_hh_l0' with 4, 3 or 1 rows for each of {units} units, as LSTM, GRU and RNN have them, "
                    + $"but it has {rows}.");
        }

        bool both = weights.Find($"{prefix}weight_ih_l0_reverse") != null;
        for (int k = 0; k == 0 || weights.Find($"{prefix}weight_ih_l{k}") != null; k++)
        {
            int? before = _layers.Count == 0 ? null : _layers[^1].OutputSize;
            int inputs = Matrix($"{prefix}weight_ih_l{k}", rows, before).Columns;
            int projected = weights.Find(projection) is null ? 0 : outputs;
            Layer<T> NewLayer() => blocks switch
            {
                4 => new LstmLayer<T>(inputs, units, new() { Projection = projected }),
                3 => new GruLayer<T>(inputs, units),
                _ => new RnnLayer<T>(inputs, units, new() { Activation = activation }),
            };

            _layers.Add(both ? new Bidirectional<T>(NewLayer) : NewLayer());
        }
    }

    /// <summary>Returns the sizes of a matrix, of which there are numbers; what reads a file counts those of every tensor.</summary>
    private (int Rows, int Columns) Matrix(string name, int? rows, int? columns)
    {
        if (weights.Find(name) is not StateTensor<T> tensor)
        {
            throw new InvalidDataException($"Expected tensor '{name}', but there is none.");
        }

        return tensor.Shape is [> 0 and int height, > 0 and int width] && height == (rows ?? height) && width == (columns ?? width)
            ? (height, width)
            : throw new InvalidDataException(
                $"Expected tensor '{name}' of shape [{Text(rows)},{Text(columns)}], but it has [{string.Join(",", tensor.Shape)}].");
    }

    private static string Text(int? size) => size is int known ? $"{known}" : "*";
}

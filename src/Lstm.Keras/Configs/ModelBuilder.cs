using System.Numerics;
using System.Text.Json;
using Lstm.Keras.Hdf5;
using Lstm.Keras.Layouts;

namespace Lstm.Keras.Configs;

/// <summary>
/// Makes the layers that Keras' <c>config.json</c> describes. Sizes are checked against the variables of the file before a layer is made,
/// so no layer is larger than the file.
/// </summary>
/// <param name="weights">The root of the file of weights.</param>
/// <param name="length">The length of that file in bytes.</param>
internal sealed class ModelBuilder<T>(Hdf5Group weights, long length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GroupNames _names = new();
    private readonly List<(Layer<T> Layer, LayerConfig Config, bool UseBias)> _layers = [];
    private Int128 _bytes;
    private int? _size;

    /// <summary>The layers, and where their weights are in the file.</summary>
    public List<KerasPlace<T>> Places { get; } = [];

    /// <summary>The activation that Keras has behind the last layer: linear, softmax or sigmoid.</summary>
    public string OutputActivation { get; private set; } = "linear";

    /// <summary>Whether Keras gives the output of every step.</summary>
    public bool ReturnsSequences { get; private set; } = true;

    /// <summary>Whether Keras takes the token id 0 for padding.</summary>
    public bool MasksZero { get; private set; }

    /// <summary>Adds the layer that a description is of.</summary>
    public void Add(LayerConfig config)
    {
        if (config.ClassName == "InputLayer")
        {
            return;
        }

        if (OutputActivation != "linear" && config.ClassName != "Dropout")
        {
            throw new NotSupportedException(
                $"The activation {OutputActivation} stands before the layer '{config.Name}' ({config.ClassName}), but dense layers of this "
                    + "library have none, and the loss has that behind the last one.");
        }

        switch (config.ClassName)
        {
            case "Embedding":
                AddEmbedding(config);
                break;
            case "LSTM" or "GRU" or "SimpleRNN":
                config.Forbid("go_backwards");
                AddLayer(config, Place(config, ""), path => Recurrent(config, path));
                ReturnsSequences = ReturnsSequences && CheckRecurrent(config);
                break;
            case "Bidirectional":
                AddBidirectional(config);
                break;
            case "Dense":
                AddLayer(config, Place(config, ""), path => Dense(config, path));
                break;
            case "TimeDistributed":
                LayerConfig inner = config.Part("layer") ?? throw new InvalidDataException($"Expected the layer within '{config.Name}'.");
                if (inner.ClassName != "Dense")
                {
                    throw Unknown(inner);
                }

                AddLayer(inner, Place(config, "/layer"), path => Dense(inner, path));
                break;
            case "Dropout":
                AddDropout(config);
                break;
            default:
                throw Unknown(config);
        }
    }

    /// <summary>Makes the model.</summary>
    public Sequential<T> Build()
    {
        if (_layers.Count == 0)
        {
            throw new NotSupportedException("Expected a model with layers, but the file describes none that this library has.");
        }

        Sequential<T> model = new([.. _layers.Select(layer => layer.Layer)]);
        KerasImport.Load(weights, model, Places);
        foreach ((Layer<T> layer, LayerConfig config, bool useBias) in _layers)
        {
            Finish(layer, config, useBias);
        }

        return model;
    }

    /// <summary>Freezes what Keras does not train: the layer, or the bias that it does not have, which is 0.</summary>
    private static void Finish(Layer<T> layer, LayerConfig config, bool useBias)
    {
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            bool isMissing = !useBias && !parameter.IsMatrix;
            if (isMissing)
            {
                parameter.Value.Clear();
            }

            parameter.IsFrozen = isMissing || !config.Flag("trainable", fallback: true);
        }
    }

    private void AddEmbedding(LayerConfig config)
    {
        if (_layers.Count > 0)
        {
            throw new NotSupportedException($"The layer '{config.Name}' (Embedding) has to be the first one.");
        }

        MasksZero = config.Flag("mask_zero", fallback: false);
        AddLayer(config, Place(config, ""), path =>
        {
            (int vocabulary, int size) = (config.Size("input_dim"), config.Size("output_dim"));
            CheckVariable($"{path}/vars/0", config, vocabulary, size);
            return new Embedding<T>(vocabulary, size);
        });
    }

    private void AddBidirectional(LayerConfig config)
    {
        config.Require("merge_mode", "concat");
        LayerConfig forward = config.Part("layer") ?? throw new InvalidDataException($"Expected the layer within '{config.Name}'.");
        LayerConfig backward = config.Part("backward_layer") ?? forward;
        forward.Forbid("go_backwards");
        if (backward != forward && !backward.Flag("go_backwards", fallback: false))
        {
            throw backward.Unsupported("go_backwards", "false", "true for the backward direction");
        }

        if (!(CheckRecurrent(forward) & CheckRecurrent(backward)))
        {
            throw new NotSupportedException(
                $"The option 'return_sequences' of the layer '{forward.Name}' is false, but this library gives every step: the last state "
                    + "of the backward direction is at the first step, that of the forward direction at the last one. Make the model in "
                    + $"code, and take its weights with {nameof(KerasWeights)}.{nameof(KerasWeights.Load)}.");
        }

        AddLayer(config, Place(config, ""), path => new Bidirectional<T>(
            Recurrent(forward, $"{path}/forward_layer"), Recurrent(backward, $"{path}/backward_layer")), UsesBias(forward));
        if (UsesBias(forward) != UsesBias(backward))
        {
            throw backward.Unsupported("use_bias", "another one than that of the forward direction", "the same for both directions");
        }
    }

    private void AddDropout(LayerConfig config)
    {
        double rate = config.Rate("rate", fallback: 0.5);
        if (config.Options.TryGetProperty("noise_shape", out JsonElement shape)
            && shape.ValueKind != JsonValueKind.Null)
        {
            throw config.Unsupported("noise_shape", "set", "none");
        }

        if (_size is not int size)
        {
            throw new NotSupportedException($"The layer '{config.Name}' (Dropout) stands before all layers with weights.");
        }

        AddLayer(config, Place(config, ""), _ => new Dropout<T>(size, rate));
    }

    private Layer<T> Dense(LayerConfig config, string path)
    {
        int units = config.Size("units");
        string activation = config.Text("activation", "linear", "linear");
        if (activation is not ("linear" or "softmax" or "sigmoid"))
        {
            throw config.Unsupported("activation", activation, "linear, and at the end softmax or sigmoid,");
        }

        OutputActivation = activation;
        int inputs = Inputs($"{path}/vars/0", config);
        CheckVariable($"{path}/vars/0", config, inputs, units);
        return new Dense<T>(inputs, units);
    }

    private Layer<T> Recurrent(LayerConfig config, string path)
    {
        int units = config.Size("units");
        int gates = config.ClassName switch
        {
            "LSTM" => 4,
            "GRU" => 3,
            "SimpleRNN" => 1,
            _ => throw Unknown(config),
        };
        int inputs = Inputs($"{path}/cell/vars/0", config);
        CheckVariable($"{path}/cell/vars/0", config, inputs, (long)gates * units);
        CheckVariable($"{path}/cell/vars/1", config, units, (long)gates * units);
        double dropout = config.Rate("recurrent_dropout", fallback: 0);
        if (config.ClassName == "SimpleRNN")
        {
            return new RnnLayer<T>(inputs, units, new() { Activation = config.RecurrentActivation("activation"), HiddenDropout = dropout });
        }

        config.Require("recurrent_activation", "sigmoid");
        if (config.ClassName == "LSTM")
        {
            Activation activation = config.RecurrentActivation("activation");
            return new LstmLayer<T>(
                inputs, units, new() { BlockActivation = activation, OutputActivation = activation, HiddenDropout = dropout });
        }

        config.Require("activation", "tanh");
        return new GruLayer<T>(inputs, units, new() { ResetAfter = config.Flag("reset_after", fallback: true), HiddenDropout = dropout });
    }

    /// <summary>Refuses what no recurrent layer of this library has, and returns whether every step is given.</summary>
    private static bool CheckRecurrent(LayerConfig config)
    {
        config.Forbid("return_state");
        config.Forbid("time_major");
        return config.Flag("return_sequences", fallback: false);
    }

    /// <summary>The path of the next layer of a class, and the group of its weights within it.</summary>
    private (string Path, string Inner) Place(LayerConfig config, string inner)
    {
        string group = config.ClassName switch
        {
            "SimpleRNN" => "simple_rnn",
            "TimeDistributed" => "time_distributed",
            _ => config.ClassName.ToLowerInvariant(),
        };
        return (_names.Next(group), inner);
    }

    private void AddLayer(LayerConfig config, (string Path, string Inner) place, Func<string, Layer<T>> create, bool? useBias = null)
    {
        if (!ReturnsSequences && config.ClassName is not ("Dense" or "Dropout"))
        {
            throw new NotSupportedException(
                $"The layer '{config.Name}' ({config.ClassName}) stands behind one that gives the last step alone, but this library gives "
                    + "every step.");
        }

        string path = place.Path + place.Inner;
        Layer<T> layer = create(path);
        if (_size is int size && layer.InputSize != size)
        {
            throw new InvalidDataException($"Expected a layer '{config.Name}' of {size} inputs, but its variables have {layer.InputSize}.");
        }

        bool hasBias = useBias ?? UsesBias(config);
        _size = layer.OutputSize;
        _layers.Add((layer, config, hasBias));
        Places.Add(new(path, KerasLayer<T>.Of(layer, $"layer '{config.Name}'", hasBias)));
    }

    private static bool UsesBias(LayerConfig config) => config.Flag("use_bias", fallback: true);

    /// <summary>The number of inputs of a kernel: what the layer before gives, or what the file has for the first layer.</summary>
    private int Inputs(string path, LayerConfig config) => _size ?? Find(path, config).Shape.ElementAtOrDefault(0);

    private void CheckVariable(string path, LayerConfig config, long rows, long columns)
    {
        Hdf5Dataset dataset = Find(path, config);
        if (rows < 1 || dataset.Shape.Length != 2 || dataset.Shape[0] != rows || dataset.Shape[1] != columns)
        {
            throw new InvalidDataException(
                $"Expected the shape [{rows},{columns}] of '{path}', of the layer '{config.Name}', but got "
                    + $"{KerasImport.Describe(dataset.Shape)}.");
        }

        _bytes += Dataspace.Count(dataset.Shape) * (dataset.Type == ElementType.Other ? 1 : Datatype.SizeOf(dataset.Type));
        if (_bytes > length || dataset.Bytes is null)
        {
            throw new InvalidDataException($"Expected numbers of '{path}' in one piece of their own, but they are not in the file.");
        }
    }

    private Hdf5Dataset Find(string path, LayerConfig config) => weights.FindDataset(path)
        ?? throw new InvalidDataException($"Expected the variable '{path}' of the layer '{config.Name}', but the file has no such.");

    private static NotSupportedException Unknown(LayerConfig config) => new(
        $"The layer '{config.Name}' is of the class {config.ClassName}, but this library has InputLayer, Embedding, LSTM, GRU, SimpleRNN, "
            + "Bidirectional, Dense, TimeDistributed(Dense) and Dropout alone.");
}

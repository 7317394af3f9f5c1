using System.Numerics;
using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>A model of Keras: layers one after the other, with random weights in Keras' layout.</summary>
/// <param name="layers">The layers.</param>
internal sealed class ReferenceModel(params ReferenceLayer[] layers)
{
    public IReadOnlyList<ReferenceLayer> Layers { get; } = layers;

    /// <summary>The models that the tests compare, by name.</summary>
    public static ReferenceModel Of(string name)
    {
        Random random = new(7);
        return name switch
        {
            "LSTM" => new(new ReferenceLstm(random, 3, 5)),
            "GRU, reset after" => new(new ReferenceGru(random, 3, 5, resetAfter: true)),
            "GRU, reset before" => new(new ReferenceGru(random, 3, 5, resetAfter: false)),
            "SimpleRNN" => new(new ReferenceSimpleRnn(random, 3, 5)),
            "SimpleRNN, relu" => new(new ReferenceSimpleRnn(random, 3, 5, isRelu: true)),
            "Bidirectional LSTM" => new(new ReferenceBidirectional(new ReferenceLstm(random, 3, 4), new ReferenceLstm(random, 3, 4))),
            "Bidirectional GRU" => new(
                new ReferenceBidirectional(
                    new ReferenceGru(random, 3, 4, resetAfter: true), new ReferenceGru(random, 3, 4, resetAfter: true)),
                new ReferenceDense(random, 8, 2)),
            "two LSTMs" => new(new ReferenceLstm(random, 3, 5), new ReferenceDropout(5), new ReferenceLstm(random, 5, 4),
                new ReferenceDense(random, 4, 6), new ReferenceDense(random, 6, 2)),
            "all" => new(
                new ReferenceEmbedding(random, 7, 3),
                new ReferenceDropout(3),
                new ReferenceLstm(random, 3, 4),
                new ReferenceGru(random, 4, 5, resetAfter: true),
                new ReferenceDropout(5),
                new ReferenceBidirectional(new ReferenceSimpleRnn(random, 5, 2), new ReferenceSimpleRnn(random, 5, 2)),
                new ReferenceGru(random, 4, 3, resetAfter: false),
                new ReferenceLstm(random, 3, 4),
                new ReferenceDense(random, 4, 6, "softmax")),
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }

    public static TheoryData<string> Names =>
    [
        "LSTM", "GRU, reset after", "GRU, reset before", "SimpleRNN", "SimpleRNN, relu", "Bidirectional LSTM", "Bidirectional GRU",
        "two LSTMs", "all",
    ];

    /// <summary>The variables with their whole paths, as Keras 3 numbers them.</summary>
    public IEnumerable<(string Path, Variable Variable)> Variables() =>
        Groups().SelectMany(group => group.Layer.Variables.Select(variable => ($"{group.Path}/{variable.Path}", variable)));

    /// <summary>A file of weights of Keras 3.</summary>
    public JsonObject Weights(string file, string dtype) => new()
    {
        ["file"] = file,
        ["groups"] = new JsonArray([.. Groups()
            .SelectMany(group => group.Layer.Parts.Select(part => $"{group.Path}/{part}").Prepend(group.Path))
            .Select(path => JsonValue.Create(path))]),
        ["variables"] = new JsonArray([.. Variables().Select(variable => variable.Variable.Describe(variable.Path, dtype))]),
    };

    /// <summary>A file of weights of Keras 2.</summary>
    public JsonObject Legacy(string file, string dtype) => new()
    {
        ["file"] = file,
        ["layers"] = new JsonArray([.. Layers.Select((layer, k) => new JsonObject
        {
            // Names that a user chose, in an order that is not that of the alphabet.
            ["name"] = $"{(char)('z' - k)}_{layer.Group}",
            ["variables"] = new JsonArray([.. layer.Variables.Select(variable =>
                variable.Describe($"{(char)('z' - k)}_{layer.Group}/{variable.LegacyName}", dtype))]),
        })]),
    };

    /// <summary>The whole model, a .keras file.</summary>
    public JsonObject Archive(string file, string dtype, bool isFunctional = false)
    {
        JsonObject archive = Weights(file, dtype);
        archive["config"] = isFunctional ? Functional() : Sequential();
        return archive;
    }

    public static JsonObject Describe(string className, string name, JsonObject options)
    {
        options["name"] = name;
        options["trainable"] = true;
        options["dtype"] = new JsonObject { ["module"] = "keras", ["class_name"] = "DTypePolicy" };
        return new() { ["module"] = "keras.layers", ["class_name"] = className, ["config"] = options, ["registered_name"] = null };
    }

    /// <summary>Runs sequences [steps, batch, size], or of token ids, as the library has them.</summary>
    public double[] Run(double[] x, int steps, int batch, int size)
    {
        double[] output = new double[steps * batch * Layers[^1].OutputSize];
        for (int row = 0; row < batch; row++)
        {
            double[][] sequence = [.. Enumerable.Range(0, steps).Select(t => x.AsSpan((t * batch + row) * size, size).ToArray())];
            sequence = Layers.Aggregate(sequence, (values, layer) => layer.Run(values));
            for (int t = 0; t < steps; t++)
            {
                sequence[t].CopyTo(output, (t * batch + row) * sequence[t].Length);
            }
        }

        return output;
    }

    public Sequential<T> Make<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new([.. Layers.Select(layer => layer.Make<T>())]);

    private JsonObject Sequential() => Describe("Sequential", "sequential", new()
    {
        ["layers"] = new JsonArray([Input(), .. Layers.Select((layer, k) => Describe(layer.ClassName, $"layer_{k}", layer.Options()))]),
    });

    private JsonObject Functional()
    {
        JsonObject input = Input();
        input["inbound_nodes"] = new JsonArray();
        List<JsonNode> all = [input];
        string before = "input_layer";
        for (int k = 0; k < Layers.Count; k++)
        {
            JsonObject layer = Describe(Layers[k].ClassName, $"layer_{k}", Layers[k].Options());
            JsonObject tensor = new()
            {
                ["class_name"] = "__keras_tensor__",
                ["config"] = new JsonObject
                {
                    ["shape"] = new JsonArray(null, null, 3),
                    ["dtype"] = "float32",
                    ["keras_history"] = new JsonArray(before, 0, 0),
                },
            };
            layer["inbound_nodes"] = new JsonArray(new JsonObject
            {
                ["args"] = new JsonArray(tensor),
                ["kwargs"] = new JsonObject { ["training"] = false, ["mask"] = null },
            });
            all.Add(layer);
            before = $"layer_{k}";
        }

        return Describe("Functional", "functional", new()
        {
            ["layers"] = new JsonArray([.. all]),
            ["input_layers"] = new JsonArray(new JsonArray("input_layer", 0, 0)),
            ["output_layers"] = new JsonArray(new JsonArray(before, 0, 0)),
        });
    }

    private static JsonObject Input() =>
        Describe("InputLayer", "input_layer", new() { ["batch_shape"] = new JsonArray(null, null, 3), ["sparse"] = false });

    private IEnumerable<(string Path, ReferenceLayer Layer)> Groups()
    {
        Dictionary<string, int> used = [];
        foreach (ReferenceLayer layer in Layers)
        {
            int number = used.GetValueOrDefault(layer.Group);
            used[layer.Group] = number + 1;
            yield return ($"layers/{layer.Group}{(number == 0 ? "" : $"_{number}")}", layer);
        }
    }
}

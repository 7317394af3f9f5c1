using System.Text.Json;

namespace Lstm.Keras.Configs;

/// <summary>Reads the layers of Keras' <c>config.json</c>, in the order in which they are called.</summary>
internal static class LayerChain
{
    /// <summary>
    /// Returns the layers of a Sequential model, or of a Functional model in which each layer takes what the one before gives.
    /// </summary>
    /// <exception cref="InvalidDataException">The description is not complete.</exception>
    /// <exception cref="NotSupportedException">The model is of another kind, or its layers are no chain.</exception>
    public static List<LayerConfig> Read(JsonElement root)
    {
        string kind = LayerConfig.Member(root, "class_name", JsonValueKind.String).GetString()!;
        JsonElement config = LayerConfig.Member(root, "config", JsonValueKind.Object);
        List<JsonElement> layers = [.. LayerConfig.Member(config, "layers", JsonValueKind.Array).EnumerateArray()];
        return kind switch
        {
            "Sequential" => [.. layers.Select(layer => LayerConfig.Read(layer))],
            "Functional" or "Model" => ReadFunctional(layers),
            _ => throw new NotSupportedException($"Expected a Sequential or a Functional model, but the file has one of the class {kind}."),
        };
    }

    private static List<LayerConfig> ReadFunctional(List<JsonElement> layers)
    {
        Dictionary<string, (LayerConfig Layer, List<string> Inputs)> byName = new(StringComparer.Ordinal);
        Dictionary<string, string> next = new(StringComparer.Ordinal);
        string? first = null;
        foreach (JsonElement element in layers)
        {
            LayerConfig layer = LayerConfig.Read(element);
            List<string> inputs = [];
            AddInputs(LayerConfig.Member(element, "inbound_nodes", JsonValueKind.Array), inputs);
            if (!byName.TryAdd(layer.Name, (layer, inputs)))
            {
                throw new InvalidDataException($"Expected layers with different names, but '{layer.Name}' comes twice.");
            }

            if (inputs.Count > 1 || (inputs.Count == 1 && !next.TryAdd(inputs[0], layer.Name)))
            {
                throw new NotSupportedException(
                    $"Expected layers that each take what the one before gives, but '{layer.Name}' ({layer.ClassName}) has other inputs.");
            }

            if (inputs.Count == 0)
            {
                first = first is null ? layer.Name : throw new NotSupportedException(
                    $"Expected a model of one input, but it has '{first}' and '{layer.Name}'.");
            }
        }

        List<LayerConfig> chain = [];
        for (string? name = first; name != null; name = next.GetValueOrDefault(name))
        {
            chain.Add(byName[name].Layer);
        }

        return chain.Count == byName.Count
            ? chain
            : throw new NotSupportedException($"Expected one chain of {byName.Count} layers, but it ends after {chain.Count}.");
    }

    /// <summary>
    /// Adds the names of the layers that a call takes its inputs from: in Keras 3 each tensor has a history, in Keras 2 a list.
    /// </summary>
    private static void AddInputs(JsonElement element, List<string> inputs)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.TryGetProperty("keras_history", out JsonElement history):
                AddInputs(history, inputs);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    AddInputs(member.Value, inputs);
                }

                break;
            case JsonValueKind.Array when element.GetArrayLength() >= 3 && element[0].ValueKind == JsonValueKind.String
                && element[1].ValueKind == JsonValueKind.Number && element[2].ValueKind == JsonValueKind.Number:
                inputs.Add(element[0].GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    AddInputs(item, inputs);
                }

                break;
            default:
                break;
        }
    }
}

using System.Text.Json;

namespace Lstm.Keras.Configs;

/// <summary>The description of a layer in Keras' <c>config.json</c>.</summary>
/// <param name="Name">The name that the layer has in Keras.</param>
/// <param name="ClassName">The name of its class, such as LSTM.</param>
/// <param name="Options">Its options.</param>
internal sealed record LayerConfig(string Name, string ClassName, JsonElement Options)
{
    /// <summary>Reads the description of a layer.</summary>
    /// <param name="element">An object with <c>class_name</c> and <c>config</c>.</param>
    /// <param name="outer">The layer that this one is a part of; null if there is none.</param>
    public static LayerConfig Read(JsonElement element, LayerConfig? outer = null)
    {
        JsonElement options = Member(element, "config", JsonValueKind.Object);
        string name = options.TryGetProperty("name", out JsonElement own) && own.ValueKind == JsonValueKind.String
            ? own.GetString()!
            : outer?.Name ?? "without a name";
        return new(
            outer is null ? name : $"{outer.Name}.{name}", Member(element, "class_name", JsonValueKind.String).GetString()!, options);
    }

    /// <summary>Returns a member of an object.</summary>
    /// <exception cref="InvalidDataException">There is no such member of this kind.</exception>
    public static JsonElement Member(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement found) && found.ValueKind == kind
            ? found
            : throw new InvalidDataException($"Expected '{name}' ({kind}) in an object of config.json, but it is missing or another kind.");

    /// <summary>Returns the layer that is an option of this one; null if there is none.</summary>
    public LayerConfig? Part(string option) =>
        Options.TryGetProperty(option, out JsonElement element) && element.ValueKind == JsonValueKind.Object ? Read(element, this) : null;

    /// <summary>Returns an option that is a size of 1 or more.</summary>
    public int Size(string option) =>
        Options.TryGetProperty(option, out JsonElement element) && element.ValueKind == JsonValueKind.Number
            && element.TryGetInt32(out int size) && size > 0
            ? size
            : throw new InvalidDataException(
                $"Expected a size of 1 or more as the option '{option}' of the layer '{Name}', but got {Raw(option)}.");

    /// <summary>Returns an option that is true or false.</summary>
    public bool Flag(string option, bool fallback) => Options.TryGetProperty(option, out JsonElement element)
        ? element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => fallback,
            _ => throw new InvalidDataException(
                $"Expected true or false as the option '{option}' of the layer '{Name}', but got {Raw(option)}."),
        }
        : fallback;

    /// <summary>Returns an option that is a rate in [0, 1).</summary>
    public double Rate(string option, double fallback)
    {
        if (!Options.TryGetProperty(option, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
        {
            return fallback;
        }

        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double rate) && rate is >= 0 and < 1
            ? rate
            : throw new InvalidDataException(
                $"Expected a rate in [0, 1) as the option '{option}' of the layer '{Name}', but got {Raw(option)}.");
    }

    /// <summary>Returns an option that is a name; Keras' None is <paramref name="none"/>.</summary>
    public string Text(string option, string fallback, string none) => Options.TryGetProperty(option, out JsonElement element)
        ? element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Null => none,
            _ => Raw(option),
        }
        : fallback;

    /// <summary>Returns the activation of a recurrent layer.</summary>
    /// <exception cref="NotSupportedException">This library has no such activation.</exception>
    public Activation RecurrentActivation(string option) => Text(option, "tanh", "linear") switch
    {
        "tanh" => Activation.Tanh,
        "relu" => Activation.Relu,
        "sigmoid" => Activation.Sigmoid,
        "linear" => Activation.Identity,
        string other => throw Unsupported(option, other, "tanh, relu, sigmoid or linear"),
    };

    /// <summary>Refuses another value of an option than the one that this library has.</summary>
    /// <exception cref="NotSupportedException">The option has another value.</exception>
    public void Require(string option, string expected)
    {
        string found = Text(option, expected, "linear");
        if (found != expected)
        {
            throw Unsupported(option, found, expected);
        }
    }

    /// <summary>Refuses an option that is set.</summary>
    /// <exception cref="NotSupportedException">The option is set.</exception>
    public void Forbid(string option)
    {
        if (Flag(option, fallback: false))
        {
            throw Unsupported(option, "true", "false");
        }
    }

    public NotSupportedException Unsupported(string option, string found, string expected) =>
        new($"The option '{option}' of the layer '{Name}' ({ClassName}) is {found}, but this library has {expected} alone.");

    private string Raw(string option)
    {
        const int Most = 100;
        string text = Options.TryGetProperty(option, out JsonElement element) ? element.GetRawText() : "none";
        return text.Length <= Most ? text : text[..Most] + "...";
    }
}

using System.Text.Json;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// What a file tells of a layer or a cell: its kind, and by names what its constructor was given. A file is read without reflection, so a
/// layer or a cell of your own describes itself (<see cref="Layer{T}.Describe"/>, <see cref="Cell{T}.Describe"/>), and a
/// <see cref="LayerKinds{T}"/> makes it again.
/// </summary>
public sealed class LayerDescription
{
    private const string KindKey = "kind";

    private readonly OrderedDictionary<string, object> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Creates a description without members.</summary>
    /// <param name="kind">
    /// The name under which a <see cref="LayerKinds{T}"/> knows it. Let yours begin with a name of your own, and a dot.
    /// </param>
    /// <exception cref="ArgumentException">The kind is empty, or not Unicode.</exception>
    public LayerDescription(string kind)
    {
        Kind = Checked(kind, nameof(kind));
    }

    /// <summary>The kind of layer or cell.</summary>
    public string Kind { get; }

    /// <summary>Adds a number.</summary>
    /// <returns>This description.</returns>
    /// <exception cref="ArgumentException">The name is taken or no name, or the number is not finite.</exception>
    public LayerDescription With(string name, double value) => double.IsFinite(value)
        ? Add(name, value)
        : throw ArgumentOutOfRange.Error(nameof(value), value, $"Expected '{name}' to be finite.");

    /// <summary>Adds a flag.</summary>
    /// <inheritdoc cref="With(string, double)" path="/returns"/>
    /// <exception cref="ArgumentException">The name is taken or no name.</exception>
    public LayerDescription With(string name, bool value) => Add(name, value);

    /// <summary>Adds a text.</summary>
    /// <inheritdoc cref="With(string, double)" path="/returns"/>
    /// <exception cref="ArgumentException">The name is taken or no name, or the text is not Unicode.</exception>
    public LayerDescription With(string name, string value) => Add(name, Checked(value, nameof(value)));

    /// <summary>Adds descriptions of the layers or cells that this one consists of.</summary>
    /// <inheritdoc cref="With(string, double)" path="/returns"/>
    /// <exception cref="ArgumentException">The name is taken or no name.</exception>
    public LayerDescription With(string name, params IReadOnlyList<LayerDescription> parts) => Add(name, parts.ToArray());

    /// <summary>Returns a number; <paramref name="absent"/> where there is none of the name.</summary>
    /// <exception cref="InvalidDataException">There is no such member and nothing stands for it, or it is something else.</exception>
    public double Number(string name, double? absent = null) => Get(name, absent, "a number");

    /// <summary>Returns a whole number.</summary>
    /// <inheritdoc cref="Number"/>
    public int WholeNumber(string name, int? absent = null)
    {
        double number = Get<double>(name, absent, "a whole number");
        return number is >= int.MinValue and <= int.MaxValue && Math.Floor(number) == number
            ? (int)number
            : throw new InvalidDataException($"Expected '{name}' of layer kind '{Kind}' to be a whole number, but got {number}.");
    }

    /// <summary>Returns a flag.</summary>
    /// <inheritdoc cref="Number"/>
    public bool Flag(string name, bool? absent = null) => Get(name, absent, "true or false");

    /// <summary>Returns a text.</summary>
    /// <inheritdoc cref="Number"/>
    public string Text(string name, string? absent = null) =>
        Find(name) is { } found ? Cast<string>(name, found, "a text") : absent ?? throw Missing(name, "a text");

    /// <summary>Returns the descriptions of the parts; none where there is no such member.</summary>
    /// <exception cref="InvalidDataException">The member is something else.</exception>
    public IReadOnlyList<LayerDescription> Parts(string name) =>
        Find(name) is { } found ? Cast<LayerDescription[]>(name, found, "a list of layers") : [];

    /// <summary>Returns one of several values by its name.</summary>
    internal TEnum Choice<TEnum>(string name, TEnum absent)
        where TEnum : struct, Enum
    {
        string text = Text(name, $"{absent}");
        return Enum.TryParse(text, out TEnum value) && $"{value}" == text
            ? value
            : throw new InvalidDataException(
                $"Expected '{name}' of layer kind '{Kind}' to be one of {string.Join(", ", Enum.GetNames<TEnum>())}, but got '{text}'.");
    }

    /// <summary>Adds a value unless it is the one that stands for a member that is not there.</summary>
    internal LayerDescription Unless<T>(string name, T value, T absent)
        where T : notnull
    {
        return EqualityComparer<T>.Default.Equals(value, absent) ? this
            : value is int whole ? Add(name, (double)whole)
            : Add(name, value is Enum member ? $"{member}" : value);
    }

    /// <exception cref="InvalidDataException">There is a member that nobody has asked for: a newer version may have written it.</exception>
    internal void CheckAllRead()
    {
        if (_members.Keys.FirstOrDefault(name => !_read.Contains(name)) is string unknown)
        {
            throw new InvalidDataException($"Expected members of layer kind '{Kind}' that this version knows, but there is '{unknown}'.");
        }
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(KindKey, Kind);
        foreach ((string name, object value) in _members)
        {
            switch (value)
            {
                case double number:
                    json.WriteNumber(name, number);
                    break;
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                case string text:
                    json.WriteString(name, text);
                    break;
                default:
                    json.WriteStartArray(name);
                    Array.ForEach((LayerDescription[])value, part => part.Write(json));
                    json.WriteEndArray();
                    break;
            }
        }

        json.WriteEndObject();
    }

    /// <exception cref="InvalidDataException">The JSON is no description.</exception>
    internal static LayerDescription Parse(JsonElement json)
    {
        Dictionary<string, JsonElement> members = HeaderJson.Members(json, "the description of a layer");
        if (!members.Remove(KindKey, out JsonElement kind))
        {
            throw new InvalidDataException($"Expected the description of a layer to have a '{KindKey}', but it has none.");
        }

        string text = HeaderJson.Text(kind, KindKey);
        LayerDescription description = text.Length > 0
            ? new(text)
            : throw new InvalidDataException($"Expected the '{KindKey}' of a layer to be a name, but it is empty.");
        foreach ((string name, JsonElement value) in members)
        {
            description._members.Add(name, Parse(name, value));
        }

        return description;
    }

    private static object Parse(string name, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Number when json.TryGetDouble(out double number) && double.IsFinite(number) => number,
        JsonValueKind.Array => json.EnumerateArray().Select(Parse).ToArray(),
        _ => throw new InvalidDataException(
            $"Expected '{name}' of a layer to be a number, a flag, a text or a list, but got {json.ValueKind}."),
    };

    private static string Checked(string text, string argument)
    {
        ArgumentNullException.ThrowIfNull(text, argument);
        return SafetensorsHeaderWriter.IsUnicode(text) && (text.Length > 0 || argument == "value")
            ? text
            : throw new ArgumentException("Expected a text in Unicode, and a name that is not empty.", argument);
    }

    private LayerDescription Add(string name, object value)
    {
        if (Checked(name, nameof(name)) == KindKey || !_members.TryAdd(name, value))
        {
            throw new ArgumentException($"Expected a name of its own for each member of '{Kind}', but '{name}' is taken.", nameof(name));
        }

        return this;
    }

    private T Get<T>(string name, T? absent, string what)
        where T : struct =>
        Find(name) is { } found ? Cast<T>(name, found, what) : absent ?? throw Missing(name, what);

    private object? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _read.Add(name);
        return _members.GetValueOrDefault(name);
    }

    private T Cast<T>(string name, object value, string what) => value is T right
        ? right
        : throw new InvalidDataException($"Expected '{name}' of layer kind '{Kind}' to be {what}, but it is something else.");

    private InvalidDataException Missing(string name, string what) =>
        new($"Expected layer kind '{Kind}' to have '{name}', {what}, but it has none.");
}

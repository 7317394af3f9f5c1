using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lstm.Tests.Conformance;

/// <summary>One file of reference vectors: a case computed in float64 by an independent automatic differentiation.</summary>
public sealed class ReferenceVector
{
    private const string FolderVariable = "LSTM_REFERENCE_VECTORS";

    private readonly JsonElement _root;

    private ReferenceVector(JsonElement root) => _root = root;

    /// <summary>The folders beside the tests, or the one that the environment names, so that unseen vectors can be tried.</summary>
    private static readonly string[] s_folders = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        ? [folder]
        : [Path.Combine(AppContext.BaseDirectory, "Conformance", "vectors"), Path.Combine(AppContext.BaseDirectory, "Conformance", "variants")];

    public static IEnumerable<string> Names => s_folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json"))
        .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    public string Kind => _root.GetProperty("kind").GetString()!;

    public JsonElement Config => _root.GetProperty("config");

    public static ReferenceVector Read(string name) =>
        Parse(File.ReadAllText(s_folders.Select(folder => Path.Combine(folder, name + ".json")).First(File.Exists)));

    /// <summary>One of the vectors beside the tests, whatever the environment names.</summary>
    public static ReferenceVector ReadOwn(string name) =>
        Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Conformance", "vectors", name + ".json")));

    /// <summary>The same numbers under the name of another variant.</summary>
    public ReferenceVector WithVariant(string variant)
    {
        JsonNode root = JsonNode.Parse(_root.GetRawText())!;
        root["config"]!["variant"] = variant;
        return Parse(root.ToJsonString());
    }

    public JsonElement Get(string property) => _root.GetProperty(property);

    public int Size(string name) => Config.GetProperty(name).GetInt32();

    public bool Has(string section, string name) => _root.GetProperty(section).TryGetProperty(name, out _);

    /// <summary>A tensor of a section, row-major.</summary>
    public double[] Tensor(string section, string name) => Flatten(_root.GetProperty(section).GetProperty(name));

    public int[] Integers(string section, string name) => Array.ConvertAll(Tensor(section, name), value => (int)value);

    private static ReferenceVector Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return new(document.RootElement.Clone());
    }

    public static double[] Flatten(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Flatten)]
        : [element.GetDouble()];
}

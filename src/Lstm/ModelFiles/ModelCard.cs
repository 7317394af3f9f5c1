using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Lstm.Files;

namespace Lstm;

/// <summary>Writes a model card in Markdown. Front matter is YAML, in which a JSON string is a text.</summary>
internal static class ModelCard
{
    public static void Save<T>(string path, string file, Sequential<T> model, ModelInfo<T> info)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] text = Encoding.UTF8.GetBytes(Write(file, model, info));
        AtomicFile.Write(path, stream => stream.Write(text));
    }

    private static string Write<T>(string file, Sequential<T> model, ModelInfo<T> info)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        StringBuilder card = new();
        card.Append("---\nlibrary_name: lstm\ntags:\n- lstm\n- safetensors\n");
        Front("license", info.Licence?.ToLowerInvariant());
        Front("datasets", info.Data);
        card.Append(CultureInfo.InvariantCulture, $"---\n\n# {file}\n\n{info.Task ?? "A recurrent model."}\n\n## Model\n\n");
        card.Append("| layer | kind | input | output | parameters |\n| ---: | --- | ---: | ---: | ---: |\n");
        for (int k = 0; k < model.Layers.Count; k++)
        {
            Layer<T> layer = model.Layers[k];
            long count = layer.Parameters.Sum(parameter => (long)parameter.Length);
            card.Append(CultureInfo.InvariantCulture, $"| {k} | {layer.Title} | {layer.InputSize} | {layer.OutputSize} | {count:N0} |\n");
        }

        string type = typeof(T) == typeof(float) ? "float" : "double";
        card.Append(CultureInfo.InvariantCulture, $"\n{model.Parameters.Length:N0} parameters in all, of type {type}.\n\n");
        card.Append("## Training\n\n| | |\n| --- | --- |\n");
        Row("data", info.Data);
        Row("hash of the data", info.DataHash);
        Row("seed", info.Seed?.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, double value) in info.Metrics)
        {
            Row(name, value.ToString("R", CultureInfo.InvariantCulture));
        }

        card.Append("\n## How to load it\n\n```csharp\n");
        card.Append(
            CultureInfo.InvariantCulture,
            $"Sequential<{type}> model = Sequential<{type}>.Load({Quoted(file)}, out ModelInfo<{type}> info);\n```\n");
        return card.ToString();

        void Front(string name, string? value)
        {
            if (value is not null)
            {
                card.Append(CultureInfo.InvariantCulture, $"{name}: {Quoted(value)}\n");
            }
        }

        void Row(string name, string? value)
        {
            if (value is not null)
            {
                card.Append(CultureInfo.InvariantCulture, $"| {Cell(name)} | {Cell(value)} |\n");
            }
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}

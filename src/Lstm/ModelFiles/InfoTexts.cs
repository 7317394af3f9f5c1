using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// A <see cref="ModelInfo{T}"/> as texts of a file. Numbers are the shortest decimals that are read back as the same bits.
/// </summary>
internal static class InfoTexts
{
    private const string Characters = ModelDescription.Prefix + "characters", Words = ModelDescription.Prefix + "words",
        Scaler = ModelDescription.Prefix + "scaler", Labels = ModelDescription.Prefix + "labels", Task = ModelDescription.Prefix + "task",
        Metrics = ModelDescription.Prefix + "metrics", Seed = ModelDescription.Prefix + "seed", Data = ModelDescription.Prefix + "data",
        DataHash = ModelDescription.Prefix + "dataHash", Licence = ModelDescription.Prefix + "licence",
        Version = ModelDescription.Prefix + "version", MeanKey = "mean", ScaleKey = "scale";

    /// <summary>The version of this library, without the hash of its source.</summary>
    private static readonly string s_version =
        typeof(InfoTexts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <exception cref="ArgumentException">A text is null, or a name begins as those of the library do.</exception>
    public static OrderedDictionary<string, string> Of<T>(ModelInfo<T> info)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OrderedDictionary<string, string> texts = new() { [Version] = s_version };
        Add(Characters, info.Characters?.ToJson());
        Add(Words, info.Words?.ToJson());
        Add(Scaler, info.Scaler is StandardScaler<T> scaler ? Write(json => WriteScaler(json, scaler)) : null);
        Add(Labels, info.Labels.Count > 0 ? WriteLabels(info.Labels) : null);
        Add(Task, info.Task);
        Add(Metrics, info.Metrics.Count > 0 ? Write(json => WriteMetrics(json, info.Metrics)) : null);
        Add(Seed, info.Seed?.ToString(CultureInfo.InvariantCulture));
        Add(Data, info.Data);
        Add(DataHash, info.DataHash);
        Add(Licence, info.Licence);
        foreach ((string name, string text) in info.Texts)
        {
            texts[name] = !name.StartsWith(ModelDescription.Prefix, StringComparison.Ordinal) ? text : throw new ArgumentException(
                $"Expected names that do not begin with '{ModelDescription.Prefix}', as those of the library do, but got '{name}'.",
                nameof(info));
        }

        return texts;

        void Add(string name, string? text)
        {
            if (text is not null)
            {
                texts.Add(name, text);
            }
        }
    }

    /// <exception cref="InvalidDataException">A text is not what its name says.</exception>
    public static ModelInfo<T> Read<T>(IReadOnlyDictionary<string, string> texts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Characters = texts.TryGetValue(Characters, out string? characters) ? CharVocabulary.FromJson(characters) : null,
            Words = texts.TryGetValue(Words, out string? words) ? WordVocabulary.FromJson(words) : null,
            Scaler = texts.TryGetValue(Scaler, out string? scaler) ? Parse(Scaler, scaler, ReadScaler<T>) : null,
            Labels = texts.TryGetValue(Labels, out string? labels) ? Parse(Labels, labels, json => HeaderJson.Texts(json, Labels)) : [],
            Task = texts.GetValueOrDefault(Task),
            Metrics = Parse(Metrics, texts.GetValueOrDefault(Metrics, "{}"), ReadMetrics),
            Seed = texts.TryGetValue(Seed, out string? seed) ? ReadSeed(seed) : null,
            Data = texts.GetValueOrDefault(Data),
            DataHash = texts.GetValueOrDefault(DataHash),
            Licence = texts.GetValueOrDefault(Licence),
            LibraryVersion = texts.GetValueOrDefault(Version),
            Texts = ModelDescription.WithoutOwn(texts),
        };

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        HeaderJson.Write(stream, write);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static string WriteLabels(IReadOnlyList<string> labels) => new StringBuilder("[")
        .AppendJoin(',', labels.Select(label => $"\"{JsonEncodedText.Encode(Checked(label))}\"")).Append(']').ToString();

    private static string Checked(string label) => label is not null && SafetensorsHeaderWriter.IsUnicode(label)
        ? label
        : throw new ArgumentException("Expected labels in Unicode, but one is null or has half a surrogate pair.");

    private static void WriteScaler<T>(Utf8JsonWriter json, StandardScaler<T> scaler)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        WriteNumbers(MeanKey, scaler.Mean);
        WriteNumbers(ScaleKey, scaler.Scale);

        void WriteNumbers(string name, ReadOnlySpan<T> numbers)
        {
            json.WriteStartArray(name);
            foreach (T number in numbers)
            {
                json.WriteNumberValue(double.CreateTruncating(number));
            }

            json.WriteEndArray();
        }
    }

    private static StandardScaler<T> ReadScaler<T>(JsonElement json)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, JsonElement> members = HeaderJson.Members(json, Scaler);
        try
        {
            return new StandardScaler<T>(Numbers(MeanKey), Numbers(ScaleKey));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Expected '{Scaler}' to be a scaler. {error.Message}", error);
        }

        T[] Numbers(string name) => members.TryGetValue(name, out JsonElement numbers) && numbers.ValueKind == JsonValueKind.Array
            ? [.. numbers.EnumerateArray().Select(number => T.CreateTruncating(Number(number, Scaler)))]
            : throw new InvalidDataException($"Expected '{Scaler}' to have a list '{name}'.");
    }

    private static void WriteMetrics(Utf8JsonWriter json, IReadOnlyDictionary<string, double> metrics)
    {
        foreach ((string name, double value) in metrics)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"Expected metrics that are finite, but '{name}' is {value}.");
            }

            json.WriteNumber(Checked(name), value);
        }
    }

    private static IReadOnlyDictionary<string, double> ReadMetrics(JsonElement json) =>
        HeaderJson.Members(json, Metrics).ToDictionary(metric => metric.Key, metric => Number(metric.Value, Metrics));

    private static double Number(JsonElement json, string name) => json.ValueKind == JsonValueKind.Number
        && json.TryGetDouble(out double number) && double.IsFinite(number)
        ? number
        : throw new InvalidDataException($"Expected finite numbers in '{name}', but got {json.ValueKind}.");

    private static ulong ReadSeed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
        ? seed
        : throw new InvalidDataException($"Expected '{Seed}' to be a whole number from 0 to 2^64-1, but got '{text}'.");

    private static TResult Parse<TResult>(string name, string text, Func<JsonElement, TResult> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string is not Unicode, which JsonElement notices only when that string is read.
            throw new InvalidDataException($"Expected '{name}' to be valid JSON, but got an error in it: {error.Message}", error);
        }
    }
}

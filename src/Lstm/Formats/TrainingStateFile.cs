using System.Globalization;
using System.Numerics;

namespace Lstm.Formats;

/// <summary>Keeps a <see cref="TrainingState{T}"/> in a safetensors file: its kind, steps and numbers as metadata.</summary>
internal static class TrainingStateFile
{
    private const string KindKey = "kind", StepsKey = "steps", NumberPrefix = "number.";

    /// <inheritdoc cref="TrainingState{T}.Save"/>
    public static void Save<T>(string path, TrainingState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (state.Tensors.FirstOrDefault(tensor => !tensor.HasItsShape) is StateTensor<T> wrong)
        {
            throw new ArgumentException($"Expected as many values as the shape of {wrong.Describe()} has, but got {wrong.Values.Length}.", nameof(state));
        }

        Dictionary<string, string> metadata = new()
        {
            [KindKey] = state.Kind,
            [StepsKey] = state.Steps.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string name, double number) in state.Numbers)
        {
            // The shortest text that is read back as the same bits.
            metadata[NumberPrefix + name] = number.ToString("R", CultureInfo.InvariantCulture);
        }

        Safetensors.Save(path, state.Tensors, metadata);
    }

    /// <inheritdoc cref="TrainingState{T}.Load"/>
    public static TrainingState<T> Load<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (IReadOnlyList<StateTensor<T>> tensors, IReadOnlyDictionary<string, string> metadata) = Safetensors.LoadAll<T>(path);
        if (!metadata.TryGetValue(KindKey, out string? kind) || !metadata.TryGetValue(StepsKey, out string? steps))
        {
            throw new InvalidDataException($"Cannot read '{path}'. Expected a state of training, but the file does not tell its {KindKey} and {StepsKey}.");
        }

        Dictionary<string, double> numbers = [];
        foreach ((string name, string text) in metadata)
        {
            if (name.StartsWith(NumberPrefix, StringComparison.Ordinal))
            {
                numbers[name[NumberPrefix.Length..]] = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number
                    : throw NoNumber(path, name, text);
            }
        }

        return new()
        {
            Kind = kind,
            Steps = long.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : throw NoNumber(path, StepsKey, steps),
            Numbers = numbers,
            Tensors = tensors,
        };
    }

    private static InvalidDataException NoNumber(string path, string name, string text) =>
        new($"Cannot read '{path}'. Expected metadata '{name}' to be a number, but got '{text}'.");
}

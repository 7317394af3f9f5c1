using System.Globalization;
using System.Numerics;

namespace Lstm.Files;

/// <summary>Keeps what a <see cref="NamedState{T}"/> has besides its tensors as texts of a safetensors header.</summary>
internal static class StateMetadata
{
    private const string KindKey = "kind", StepsKey = "steps", NumberPrefix = "number.";

    /// <summary>Adds the texts of a state, whose names begin with <paramref name="prefix"/>.</summary>
    public static void Add<T>(Dictionary<string, string> metadata, string prefix, NamedState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        metadata[prefix + KindKey] = state.Kind;
        metadata[prefix + StepsKey] = $"{state.Steps}";
        foreach ((string name, double number) in state.Numbers)
        {
            // This is the shortest text that is read back as the same bits.
            metadata[prefix + NumberPrefix + name] = $"{number:R}";
        }
    }

    /// <summary>Reads a state from the texts of this state alone, by their whole names, in time linear in their number.</summary>
    /// <exception cref="InvalidDataException">A text is missing, or is not a number.</exception>
    public static NamedState<T> Read<T>(IReadOnlyDictionary<string, string> texts, string prefix, IReadOnlyList<StateTensor<T>> tensors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!texts.TryGetValue(prefix + KindKey, out string? kind) || !texts.ContainsKey(prefix + StepsKey))
        {
            throw new InvalidDataException(
                $"Expected a state of training, but the file does not have its {prefix}{KindKey} and {prefix}{StepsKey}.");
        }

        string numberPrefix = prefix + NumberPrefix;
        Dictionary<string, double> numbers = texts.Where(text => text.Key.StartsWith(numberPrefix, StringComparison.Ordinal)).ToDictionary(
            text => text.Key[numberPrefix.Length..],
            text => double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? number
                : throw new InvalidDataException($"Expected metadata '{text.Key}' to be a number, but got '{text.Value}'."));
        return new() { Kind = kind, Steps = Integer(texts, prefix + StepsKey), Numbers = numbers, Tensors = tensors };
    }

    /// <exception cref="InvalidDataException">There is no such text, or it is not an integer of 0 or more.</exception>
    public static long Integer(IReadOnlyDictionary<string, string> metadata, string name)
    {
        string text = metadata.GetValueOrDefault(name, "");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new InvalidDataException($"Expected metadata '{name}' to be an integer from 0 to 2^63-1, but got '{text}'.");
    }
}

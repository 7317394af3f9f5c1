using System.Numerics;

namespace Lstm;

/// <summary>Numbers by name, of which each that is wanted has to be there.</summary>
internal readonly struct CheckpointNumbers(IReadOnlyDictionary<string, double> numbers, string part)
{
    /// <exception cref="ArgumentException">There is no number of this name.</exception>
    public double this[string name] => numbers.TryGetValue(name, out double number)
        ? number
        : throw new ArgumentException($"Expected a checkpoint whose part '{part}' has a number '{name}', but it has none.", nameof(name));

    public bool Has(string name) => numbers.ContainsKey(name);

    /// <summary>The numbers in groups by what stands before the first dot of their names.</summary>
    public ILookup<string, KeyValuePair<string, double>> Groups() => numbers.ToLookup(number => number.Key[..Math.Max(0, number.Key.IndexOf('.'))]);

    /// <summary>These numbers alone.</summary>
    public CheckpointNumbers Only(IEnumerable<KeyValuePair<string, double>> some) => new(some.ToDictionary(), part);

    public IEnumerable<KeyValuePair<string, double>> From(string prefix) =>
        numbers.Where(number => number.Key.StartsWith(prefix, StringComparison.Ordinal));

    public static TrainingState<T> ToState<T>(string kind, long steps, IReadOnlyDictionary<string, double> numbers, params IReadOnlyList<StateTensor<T>> tensors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new() { Kind = kind, Steps = steps, Numbers = numbers, Tensors = tensors };
}

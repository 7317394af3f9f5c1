using System.Numerics;

namespace Lstm;

/// <summary>Numbers by name: reading a number fails if it is missing or out of its range.</summary>
internal readonly struct CheckpointNumbers(IReadOnlyDictionary<string, double> numbers, string part)
{
    /// <summary>The largest number of steps, updates or windows in a file, 2^53: a double cannot count beyond it.</summary>
    public const long MostSteps = 1L << 53;

    /// <summary>The largest value of a count that is an <see cref="int"/> and has to have room for one more.</summary>
    public const int MostCounted = int.MaxValue - 1;

    /// <exception cref="ArgumentException">There is no number of this name.</exception>
    public double this[string name] => numbers.TryGetValue(name, out double number)
        ? number
        : throw new ArgumentException($"Expected a checkpoint whose part '{part}' has a number '{name}', but it has none.", nameof(name));

    public int Count => numbers.Count;

    /// <summary>Returns a count from <paramref name="least"/> to <paramref name="most"/>.</summary>
    /// <inheritdoc cref="Long"/>
    public int Int(string name, int least = 0, int most = MostCounted) => (int)Long(name, least, most);

    /// <summary>Returns a count of updates, windows or epochs.</summary>
    /// <exception cref="ArgumentException">There is no number of this name, or it is not an integer in the range.</exception>
    public long Long(string name, long least = 0, long most = MostSteps)
    {
        double number = this[name];
        return number >= least && number <= most && double.IsInteger(number)
            ? (long)number
            : throw Error(name, $"to be an integer from {least} to {most}", number);
    }

    /// <exception cref="ArgumentException">There is no number of this name, or it is neither 0 nor 1.</exception>
    public bool Flag(string name) => Int(name, least: 0, most: 1) == 1;

    /// <exception cref="ArgumentException">There is no number of this name, or it is negative or not finite.</exception>
    public double NonNegative(string name)
    {
        double number = this[name];
        return number >= 0 && double.IsFinite(number) ? number : throw Error(name, "to be finite and 0 or more", number);
    }

    /// <summary>Returns a number that may be infinite.</summary>
    /// <exception cref="ArgumentException">There is no number of this name, or it is NaN.</exception>
    public double Comparable(string name)
    {
        double number = this[name];
        return double.IsNaN(number) ? throw Error(name, "to be a number", number) : number;
    }

    public bool Has(string name) => numbers.ContainsKey(name);

    /// <summary>Returns the numbers in groups by the part of their names before the first dot.</summary>
    public ILookup<string, KeyValuePair<string, double>> Groups() =>
        numbers.ToLookup(number => number.Key[..Math.Max(0, number.Key.IndexOf('.'))]);

    /// <summary>Returns a part that has only <paramref name="some"/> of the numbers.</summary>
    public CheckpointNumbers Only(IEnumerable<KeyValuePair<string, double>> some) => new(some.ToDictionary(), part);

    public IEnumerable<KeyValuePair<string, double>> From(string prefix) =>
        numbers.Where(number => number.Key.StartsWith(prefix, StringComparison.Ordinal));

    private ArgumentException Error(string name, string expected, double number) =>
        new($"Expected the number '{name}' of the checkpoint's part '{part}' {expected}, but got {number:R}.");

    public static NamedState<T> ToState<T>(string kind, long steps, IReadOnlyDictionary<string, double> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new() { Kind = kind, Steps = steps, Numbers = numbers, Tensors = [] };
}

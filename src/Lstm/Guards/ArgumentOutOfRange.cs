using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm;

/// <summary>
/// Exceptions of numbers out of their range. The runtime's own checks write numbers in the culture of whoever reads the message; here they are texts of the
/// invariant culture.
/// </summary>
internal static class ArgumentOutOfRange
{
    /// <param name="name">The argument.</param>
    /// <param name="value">What came.</param>
    /// <param name="expected">What was expected, a sentence.</param>
    public static ArgumentOutOfRangeException Error(string? name, object value, string expected) =>
        new(name, value is IFormattable ? $"{value}" : value, expected);

    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public static void ThrowIfLessThan<TValue>(TValue value, TValue least, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TValue : IComparable<TValue>
    {
        if (value.CompareTo(least) < 0)
        {
            Throw(name, value, least, " or more");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">It is greater.</exception>
    public static void ThrowIfGreaterThan<TValue>(TValue value, TValue most, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TValue : IComparable<TValue>
    {
        if (value.CompareTo(most) > 0)
        {
            throw Error(name, value, $"Expected at most {most}.");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static void ThrowIfNegative<TValue>(TValue value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TValue : INumberBase<TValue>
    {
        if (TValue.IsNegative(value))
        {
            Throw(name, value, TValue.Zero, " or more");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">They differ.</exception>
    public static void ThrowIfNotEqual(int value, int expected, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value != expected)
        {
            Throw(name, value, expected, "");
        }
    }

    // Apart from the checks, which are inlined without it.
    private static void Throw<TValue>(string? name, TValue value, TValue expected, string orMore) =>
        throw Error(name, value!, $"Expected {expected}{orMore}.");
}

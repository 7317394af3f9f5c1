using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm;

/// <summary>
/// Throws exceptions for arguments that are out of range. The runtime's own checks format numbers in the current culture; these use the
/// invariant culture.
/// </summary>
internal static class ArgumentOutOfRange
{
    /// <summary>Returns an error whose message is the sentence <paramref name="expected"/>, with the name and the value.</summary>
    public static ArgumentOutOfRangeException Error(string? name, object value, string expected) =>
        new(name, value is IFormattable ? $"{value}" : value, expected);

    /// <exception cref="ArgumentOutOfRangeException">The value is less than <paramref name="least"/>.</exception>
    public static void ThrowIfLessThan<TValue>(TValue value, TValue least, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TValue : IComparable<TValue>
    {
        if (value.CompareTo(least) < 0)
        {
            Throw(name, value, least, " or more");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is greater than <paramref name="most"/>.</exception>
    public static void ThrowIfGreaterThan<TValue>(TValue value, TValue most, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TValue : IComparable<TValue>
    {
        if (value.CompareTo(most) > 0)
        {
            throw Error(name, value, $"Expected at most {most}.");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static void ThrowIfNegative<TValue>(TValue value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TValue : INumberBase<TValue>
    {
        if (TValue.IsNegative(value))
        {
            Throw(name, value, TValue.Zero, " or more");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is not <paramref name="expected"/>.</exception>
    public static void ThrowIfNotEqual(int value, int expected, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value != expected)
        {
            Throw(name, value, expected, "");
        }
    }

    // A method of its own, so that the checks stay small enough to be inlined.
    private static void Throw<TValue>(string? name, TValue value, TValue expected, string orMore) =>
        throw Error(name, value!, $"Expected {expected}{orMore}.");
}

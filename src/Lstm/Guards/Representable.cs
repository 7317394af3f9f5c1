using System.Numerics;

namespace Lstm;

/// <summary>
/// Checks options: the numbers that they become in an element type, and members of enumerations. Each message names the option, what was
/// expected, and the value.
/// </summary>
internal static class Representable
{
    /// <summary>The limits of a probability of dropping or holding that is not 0: masks are drawn with 32 random bits.</summary>
    private const double SmallestRate = 1.0 / (1L << 32), LargestRate = 1 - SmallestRate;

    /// <summary>
    /// Converts an option to a <typeparamref name="T"/>, which must be finite, and must not be 0 unless the option is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The result is not finite, or is 0 although the option is not.</exception>
    public static T Number<T>(double value, string option, string argument)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T number = T.CreateTruncating(value);
        return T.IsFinite(number) && (number != T.Zero || value == 0)
            ? number
            : throw ArgumentOutOfRange.Error(
                argument,
                value,
                $"Expected {option} to be finite as {typeof(T).Name}, and 0 only if the option is, but {value} becomes {number}.");
    }

    /// <summary>Converts an option to a <typeparamref name="T"/>, which must be finite and greater than 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The result is not finite, or not greater than 0.</exception>
    public static T Positive<T>(double value, string option, string argument)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T number = T.CreateTruncating(value);
        return T.IsFinite(number) && number > T.Zero
            ? number
            : throw ArgumentOutOfRange.Error(
                argument,
                value,
                $"Expected {option} to be finite and greater than 0 as {typeof(T).Name}, but {value} becomes {number}.");
    }

    /// <summary>Checks a probability of dropping or of holding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range, or too near 0 or 1 for a mask.</exception>
    public static double Rate(double value, string option, string argument)
    {
        if (!(value is >= 0 and < 1))
        {
            throw ArgumentOutOfRange.Error(argument, value, $"Expected {option} from 0 to less than 1, but got {value}.");
        }

        return value is 0 or (>= SmallestRate and <= LargestRate)
            ? value
            : throw ArgumentOutOfRange.Error(
                argument,
                value,
                $"Expected {option} to be 0 or from 2^-32 to 1 - 2^-32, as masks are drawn with 32 random bits, but got {value}.");
    }

    /// <summary>Checks that a value is a member of its enumeration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enumeration has no such member.</exception>
    public static void Member<TEnum>(TEnum value, string option, string argument)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            string name = typeof(TEnum).Name, article = "AEIOU".Contains(name[0]) ? "an" : "a";
            string members = string.Join(", ", Enum.GetNames<TEnum>());
            throw ArgumentOutOfRange.Error(
                argument, value, $"Expected {article} {name}, one of {members}, as {option}, but got {value}.");
        }
    }
}

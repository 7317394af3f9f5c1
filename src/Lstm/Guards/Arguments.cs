using System.Globalization;
using System.Numerics;

namespace Lstm;

/// <summary>Checks of numbers that come from users.</summary>
internal static class Arguments
{
    /// <summary>The largest number of threads that can be asked for.</summary>
    public const int MaxThreads = 1024;

    /// <summary>A finite number that neither vanishes nor becomes infinite as a <typeparamref name="T"/>; 0 is allowed.</summary>
    public static double Representable<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => IsRepresentable<T>(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, string.Create(
            CultureInfo.InvariantCulture, $"Expected 0 or a number from {T.Epsilon} to {Largest<T>()}, which {typeof(T).Name} can hold."));

    /// <summary>A number in [0, 1) that is less than 1 as a <typeparamref name="T"/>, and 0 only if it is 0.</summary>
    public static double Decay<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => value >= 0 && T.CreateTruncating(value) < T.One
        ? Representable<T>(value, name)
        : throw ArgumentOutOfRange.Error(name, value, $"Expected a number in [0, 1) that is less than 1 as {typeof(T).Name}.");

    /// <summary>Whether a number is finite, and 0 as a <typeparamref name="T"/> only if it is 0.</summary>
    public static bool IsRepresentable<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T number = T.CreateTruncating(value);
        return T.IsFinite(number) && (value == 0 || number != T.Zero);
    }

    /// <summary>The largest finite number of a type.</summary>
    public static T Largest<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.BitDecrement(T.PositiveInfinity);

    public static double NonNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number of 0 or more.");

    public static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number greater than 0.");

    /// <summary>A number of 0 or more that neither vanishes nor becomes infinite as a <typeparamref name="T"/>.</summary>
    public static double NonNegative<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Representable<T>(NonNegative(value, name), name);

    /// <summary>A number that is greater than 0 as a <typeparamref name="T"/>, and finite.</summary>
    public static double Epsilon<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(value) > T.Zero
        ? Representable<T>(value, name)
        : throw ArgumentOutOfRange.Error(name, value, $"Expected a number that is greater than 0 as {typeof(T).Name}.");

    /// <summary>A rate of a schedule, which serves every element type: 0, or a number within the range of float.</summary>
    public static double Rate(double value, string name) => NonNegative<float>(value, name);

    /// <summary>A number in (0, 1] that float can hold.</summary>
    public static double Factor(double value, string name) => value is > 0 and <= 1
        ? Representable<float>(value, name)
        : throw ArgumentOutOfRange.Error(name, value, "Expected a number greater than 0 and at most 1.");

    /// <summary>The number of threads meant by an option: one per processor for 0.</summary>
    public static int Threads(int value, string name) => value is >= 0 and <= MaxThreads
        ? value == 0 ? Environment.ProcessorCount : value
        : throw ArgumentOutOfRange.Error(name, value, $"Expected 0 to {MaxThreads} threads.");

    public static long AtLeast(long least, long value, string name) => value >= least
        ? value
        : throw ArgumentOutOfRange.Error(name, value, $"Expected {least} or more.");
}

using System.Numerics;

namespace Lstm;

/// <summary>Checks numbers that come from users.</summary>
internal static class Arguments
{
    /// <summary>The largest number of threads that a caller may request.</summary>
    public const int MaxThreads = 1024;

    /// <summary>Checks that a number neither vanishes nor becomes infinite as a <typeparamref name="T"/>; 0 is allowed.</summary>
    public static double Representable<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => IsRepresentable<T>(value)
        ? value
        : throw ArgumentOutOfRange.Error(
            name, value, $"Expected 0 or a number from {T.Epsilon} to {Largest<T>()}, which {typeof(T).Name} can hold.");

    /// <summary>Checks that a number in [0, 1) stays less than 1 as a <typeparamref name="T"/>, and becomes 0 only if it is 0.</summary>
    public static double Decay<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => value >= 0 && T.CreateTruncating(value) < T.One
        ? Representable<T>(value, name)
        : throw ArgumentOutOfRange.Error(name, value, $"Expected a number in [0, 1) that is less than 1 as {typeof(T).Name}.");

    /// <summary>Returns whether a number is finite as a <typeparamref name="T"/>, and becomes 0 only if it is 0.</summary>
    public static bool IsRepresentable<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T number = T.CreateTruncating(value);
        return T.IsFinite(number) && (value == 0 || number != T.Zero);
    }

    /// <summary>Returns the largest finite number of a type.</summary>
    public static T Largest<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.BitDecrement(T.PositiveInfinity);

    public static double NonNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number of 0 or more.");

    public static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number greater than 0.");

    /// <summary>Checks that a number is 0 or more, and neither vanishes nor becomes infinite as a <typeparamref name="T"/>.</summary>
    public static double NonNegative<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Representable<T>(NonNegative(value, name), name);

    /// <summary>Checks that a number is greater than 0 and finite as a <typeparamref name="T"/>.</summary>
    public static double Epsilon<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(value) > T.Zero
        ? Representable<T>(value, name)
        : throw ArgumentOutOfRange.Error(name, value, $"Expected a number that is greater than 0 as {typeof(T).Name}.");

    /// <summary>Checks a rate of a schedule, which serves every element type: it must be 0 or a number within the range of float.</summary>
    public static double Rate(double value, string name) => NonNegative<float>(value, name);

    /// <summary>Checks that a number is in (0, 1] and that float can hold it.</summary>
    public static double Factor(double value, string name) => value is > 0 and <= 1
        ? Representable<float>(value, name)
        : throw ArgumentOutOfRange.Error(name, value, "Expected a number greater than 0 and at most 1.");

    /// <summary>Returns the number of threads that an option requests; 0 requests one per processor.</summary>
    public static int Threads(int value, string name) => value is >= 0 and <= MaxThreads
        ? value == 0 ? Environment.ProcessorCount : value
        : throw ArgumentOutOfRange.Error(name, value, $"Expected 0 to {MaxThreads} threads.");

    public static long AtLeast(long least, long value, string name) => value >= least
        ? value
        : throw ArgumentOutOfRange.Error(name, value, $"Expected {least} or more.");
}

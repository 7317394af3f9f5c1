namespace Lstm;

/// <summary>Checks of numbers that come from users.</summary>
internal static class Arguments
{
    public static double NonNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number of 0 or more.");

    public static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number greater than 0.");

    /// <summary>A number in (0, 1].</summary>
    public static double Factor(double value, string name) => value is > 0 and <= 1
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a number greater than 0 and at most 1.");

    /// <summary>The number of threads meant by an option: one per processor for 0.</summary>
    public static int Threads(int value, string name) => value is >= 0 and <= BpttOptions.MaxThreads
        ? value == 0 ? Environment.ProcessorCount : value
        : throw ArgumentOutOfRange.Error(name, value, $"Expected 0 to {BpttOptions.MaxThreads} threads.");

    public static long AtLeast(long least, long value, string name) => value >= least
        ? value
        : throw ArgumentOutOfRange.Error(name, value, $"Expected {least} or more.");
}

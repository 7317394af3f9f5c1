using System.Diagnostics;

namespace Lstm.Benchmarks.Worker;

internal static class Clock
{
    /// <summary>As fine as the system has it: a time span has ticks of 100 ns, and a single step takes some 2000.</summary>
    /// <param name="start">What <see cref="Stopwatch.GetTimestamp"/> returned.</param>
    public static double MillisecondsSince(long start) => (Stopwatch.GetTimestamp() - start) * (1000.0 / Stopwatch.Frequency);
}

namespace Lstm.Benchmarks.Worker;

/// <summary>Milliseconds: the median and the minimum over repetitions.</summary>
internal readonly record struct Duration(double Median, double Minimum)
{
    public static Duration Of(IReadOnlyCollection<double> milliseconds) => new(Statistics.Median(milliseconds), milliseconds.Min());

    /// <summary>The median of the medians, and the smallest minimum; null where there are none.</summary>
    public static Duration? Of(IEnumerable<Duration?> durations)
    {
        Duration[] present = [.. durations.OfType<Duration>()];
        return present.Length == 0 ? null : new Duration(
            Statistics.Median(present.Select(duration => duration.Median)), present.Min(duration => duration.Minimum));
    }
}

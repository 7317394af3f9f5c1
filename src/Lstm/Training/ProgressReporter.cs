using System.Diagnostics;

namespace Lstm;

/// <summary>Reports at intervals where a training stands, and estimates how long it will last.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? progress, TimeSpan interval, long stepsBefore, long steps)
{
    private const double MaxSeconds = 1e11;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();
    private double _targets;

    /// <summary>Takes notice of an update.</summary>
    /// <returns>Whether it is time for a report.</returns>
    public bool IsDue(double targets)
    {
        _targets += targets;
        return progress != null && Stopwatch.GetElapsedTime(_last) >= interval;
    }

    /// <param name="done">The updates done.</param>
    /// <param name="create">The report but for what is measured here.</param>
    public void Report(long done, Func<TrainingProgress> create)
    {
        if (progress is null)
        {
            return;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        double pace = elapsed.TotalSeconds / Math.Max(1, done - stepsBefore);
        TrainingProgress report = create() with
        {
            TargetsPerSecond = _targets / Stopwatch.GetElapsedTime(_last).TotalSeconds,
            Elapsed = elapsed,
            TimeLeft = TimeSpan.FromSeconds(Math.Clamp(pace * (steps - done), 0, MaxSeconds)),
            Done = steps > 0 ? Math.Clamp((double)done / steps, 0, 1) : 1,
        };
        (_last, _targets) = (Stopwatch.GetTimestamp(), 0);
        progress.Report(report);
    }
}

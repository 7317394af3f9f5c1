using System.Diagnostics;

namespace Lstm;

/// <summary>Reports at intervals where a training stands, and estimates how long it will last.</summary>
/// <param name="progress">Takes the reports.</param>
/// <param name="interval">The least time between two of them.</param>
/// <param name="earlier">The updates of the optimiser that are none of this training.</param>
/// <param name="start">Those done when this call began.</param>
/// <param name="last">Those done when the training will end.</param>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? progress, TimeSpan interval, long earlier, long start, long last)
{
    private const double MaxSeconds = 1e11;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();
    private double _targets, _targetsPerSecond;

    /// <summary>Takes notice of an update.</summary>
    /// <returns>Whether it is time for a report.</returns>
    public bool IsDue(double targets)
    {
        _targets += targets;
        return progress != null && Stopwatch.GetElapsedTime(_last) >= interval;
    }

    /// <param name="done">The updates done.</param>
    /// <param name="create">The report but for what is measured here.</param>
    /// <param name="isRound">Whether a validation took part of the time since the last report.</param>
    public void Report(long done, Func<TrainingProgress> create, bool isRound = false)
    {
        if (progress is null)
        {
            return;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        double pace = elapsed.TotalSeconds / Math.Max(1, done - start);
        _targetsPerSecond = _targets > 0 && !(isRound && _targetsPerSecond > 0) ? _targets / Stopwatch.GetElapsedTime(_last).TotalSeconds : _targetsPerSecond;
        TrainingProgress report = create() with
        {
            TargetsPerSecond = _targetsPerSecond,
            Elapsed = elapsed,
            TimeLeft = TimeSpan.FromSeconds(Math.Clamp(pace * (last - done), 0, MaxSeconds)),
            Done = last > earlier ? Math.Clamp((double)(done - earlier) / (last - earlier), 0, 1) : 1,
        };
        (_last, _targets) = (Stopwatch.GetTimestamp(), 0);
        progress.Report(report);
    }
}

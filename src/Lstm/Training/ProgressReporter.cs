using System.Diagnostics;

namespace Lstm;

/// <summary>Reports the progress of a training at intervals, and estimates how long the training will last.</summary>
/// <param name="progress">The receiver of the reports.</param>
/// <param name="interval">The shortest time between two reports.</param>
/// <param name="earlier">The number of updates of the optimiser that do not belong to this training.</param>
/// <param name="start">The number of updates done when this call began.</param>
/// <param name="last">The number of updates done when the training will end.</param>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? progress, TimeSpan interval, long earlier, long start, long last)
{
    private const double MaxSeconds = 1e11;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();
    private double _targets, _targetsPerSecond;

    /// <summary>Counts the targets of an update.</summary>
    /// <returns>Whether a report is due.</returns>
    public bool IsDue(double targets)
    {
        _targets += targets;
        return progress != null && Stopwatch.GetElapsedTime(_last) >= interval;
    }

    /// <param name="done">The number of updates done.</param>
    /// <param name="create">The function that creates the report, without the numbers that are measured here.</param>
    /// <param name="isRound">Whether a validation took part of the time since the last report.</param>
    public void Report(long done, Func<TrainingProgress> create, bool isRound = false)
    {
        if (progress is null)
        {
            return;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        double pace = elapsed.TotalSeconds / Math.Max(1, done - start);
        _targetsPerSecond = _targets > 0 && !(isRound && _targetsPerSecond > 0)
            ? _targets / Stopwatch.GetElapsedTime(_last).TotalSeconds
            : _targetsPerSecond;
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

using System.Diagnostics;

namespace Lstm;

/// <summary>
/// Decides whether it pays that threads share the steps of a time loop, which costs a barrier or two for each step: where a core is busy
/// with something else or is not a full core, they wait for each other longer than one thread would have worked. Both ways are timed now
/// and then, and the faster one is taken; results are the same bits.
/// </summary>
internal sealed class SharingPace
{
    /// <summary>The number of runs after which the slower way is tried again; at first it is tried after 2, 4, 8 ... runs.</summary>
    private const int RunsPerTrial = 64;

    /// <summary>
    /// The factor by which the kept time grows with each slower run, at most to that run's time, so that earlier measurements count less
    /// and less.
    /// </summary>
    private const double Forgetting = 1.1;

    private double _together, _alone;       // ticks for each step; 0 before the first run
    private int _runs;

    /// <summary>Begins a run.</summary>
    /// <returns>Whether threads are to share the steps.</returns>
    public bool Begin()
    {
        _runs++;
        bool pays = _alone == 0 || _together <= _alone;
        bool isTrial = _runs % RunsPerTrial == 0 || (_runs > 1 && _runs < RunsPerTrial && int.IsPow2(_runs));
        return isTrial ? !pays : pays;
    }

    /// <summary>Records how long a run took.</summary>
    public void End(bool shared, long start, int steps)
    {
        ref double pace = ref (shared ? ref _together : ref _alone);
        double now = (double)(Stopwatch.GetTimestamp() - start) / steps;
        pace = pace == 0 ? now : Math.Min(now, Forgetting * pace);
    }
}

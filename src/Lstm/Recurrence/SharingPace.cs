using System.Diagnostics;

namespace Lstm;

/// <summary>
/// Whether it pays that threads share the steps of a time loop, which they do a barrier or two for each step: where a core is busy with something else
/// or is no core of its own, they wait for each other longer than one thread would have worked. Both ways are timed now and then, and the faster is taken;
/// results are the same bits.
/// </summary>
internal sealed class SharingPace
{
    /// <summary>Every so many runs, and at first after 2, 4, 8 ..., the way that was slower is tried again.</summary>
    private const int RunsPerTrial = 64;

    /// <summary>What was measured before counts less and less: a run is at least as slow as so many times that.</summary>
    private const double Forgetting = 1.1;

    private double _together, _alone;       // ticks for each step; 0 before the first run
    private int _runs;

    /// <summary>Begins a run.</summary>
    /// <returns>Whether it is to be shared.</returns>
    public bool Begin()
    {
        _runs++;
        bool pays = _alone == 0 || _together <= _alone;
        bool isTrial = _runs % RunsPerTrial == 0 || (_runs > 1 && _runs < RunsPerTrial && int.IsPow2(_runs));
        return isTrial ? !pays : pays;
    }

    /// <summary>Takes notice of how long a run took.</summary>
    /// <param name="shared">Whether it was shared.</param>
    /// <param name="start">The time stamp of its beginning.</param>
    /// <param name="steps">Its steps.</param>
    public void End(bool shared, long start, int steps)
    {
        ref double pace = ref (shared ? ref _together : ref _alone);
        double now = (double)(Stopwatch.GetTimestamp() - start) / steps;
        pace = pace == 0 ? now : Math.Min(now, Forgetting * pace);
    }
}

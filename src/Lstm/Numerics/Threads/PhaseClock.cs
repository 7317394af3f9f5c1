using System.Diagnostics;

namespace Lstm.Numerics;

/// <summary>
/// Measures how long a thread spends in each phase of a pass, for benchmarks. It is off unless the switch <see cref="Switch"/> is set when
/// the process starts. While it is off, the tiered compiler leaves all of it out.
/// </summary>
internal static class PhaseClock
{
    public const string Switch = "Lstm.PhaseClock";

    private static readonly bool s_isOn = AppContext.TryGetSwitch(Switch, out bool isOn) && isOn;

    [ThreadStatic]
    private static long[]? t_ticks;

    [ThreadStatic]
    private static Phase t_phase;

    [ThreadStatic]
    private static long t_since;

    /// <summary>Begins to measure the calling thread, from zero.</summary>
    public static void Start()
    {
        t_ticks = new long[Enum.GetValues<Phase>().Length];
        (t_phase, t_since) = (Phase.Other, Stopwatch.GetTimestamp());
    }

    /// <summary>Ends the measurement of the calling thread.</summary>
    /// <returns>The time of each phase, without the phases that began within it.</returns>
    public static TimeSpan[] Stop()
    {
        Charge(Phase.Other);
        long[] ticks = t_ticks!;
        t_ticks = null;
        return Array.ConvertAll(ticks, count => Stopwatch.GetElapsedTime(0, count));
    }

    /// <summary>Begins a phase, which lasts until the scope is disposed.</summary>
    public static Scope Enter(Phase phase) => new(s_isOn ? Charge(phase) : Phase.Other);

    /// <summary>Adds the time since the last change to the phase that was, and returns it.</summary>
    private static Phase Charge(Phase next)
    {
        Phase before = t_phase;
        if (t_ticks is long[] ticks)
        {
            long now = Stopwatch.GetTimestamp();
            ticks[(int)before] += now - t_since;
            (t_phase, t_since) = (next, now);
        }

        return before;
    }

    /// <summary>A phase that has begun.</summary>
    public readonly ref struct Scope(Phase before)
    {
        /// <summary>Goes on with the phase before.</summary>
        public void Dispose()
        {
            if (s_isOn)
            {
                Charge(before);
            }
        }
    }
}

using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>
/// Where the slices of <see cref="WorkerTeam.TryRunConcurrently"/> wait for each other: what each wrote before, all see afterwards. A central
/// counter and the number of the phase in place of a sense (Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization", 1991).
/// </summary>
internal sealed class TeamBarrier(int participants)
{
    private Counters _counters;
    private volatile bool _isBroken;

    public int Participants { get; } = participants;

    /// <summary>Returns when all participants have come.</summary>
    /// <exception cref="InvalidOperationException">Another slice has failed and will not come.</exception>
    public void Wait()
    {
        int phase = Volatile.Read(ref _counters.Phase);
        if (Interlocked.Increment(ref _counters.Arrived) == Participants)
        {
            _counters.Arrived = 0;
            Volatile.Write(ref _counters.Phase, phase + 1);
            return;
        }

        for (int look = 0; Volatile.Read(ref _counters.Phase) == phase; look++)
        {
            if (_isBroken)
            {
                throw new InvalidOperationException("Another slice of this work has failed.");
            }

            Patience.Wait(look);
        }
    }

    /// <summary>Ends the waiting of all, now and until the next <see cref="Reset"/>.</summary>
    public void Break() => _isBroken = true;

    /// <summary>As new. Nobody may be waiting.</summary>
    public void Reset()
    {
        _counters.Arrived = 0;
        _isBroken = false;
    }

    /// <summary>On cache lines of their own; together, as the last to come writes both.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Counters
    {
        [FieldOffset(64)]
        public int Arrived;

        [FieldOffset(68)]
        public int Phase;
    }
}

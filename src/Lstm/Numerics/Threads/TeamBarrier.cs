using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>
/// The barrier at which the slices of <see cref="WorkerTeam.TryRunConcurrently"/> wait for each other: after it, every slice sees what all
/// slices wrote before it. It has a central counter, and the number of the phase in place of a sense (Mellor-Crummey and Scott, "Algorithms
/// for Scalable Synchronization", 1991).
/// </summary>
internal sealed class TeamBarrier(int participants)
{
    private Counters _counters;
    private volatile bool _isBroken;

    public int Participants { get; } = participants;

    /// <summary>Returns when all participants have arrived.</summary>
    /// <exception cref="InvalidOperationException">Another slice has failed and will not arrive.</exception>
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

    /// <summary>Ends the wait of every slice, now and until the next <see cref="Reset"/>.</summary>
    public void Break() => _isBroken = true;

    /// <summary>Makes the barrier as new. No slice may be waiting.</summary>
    public void Reset()
    {
        _counters.Arrived = 0;
        _isBroken = false;
    }

    /// <summary>The counters, on cache lines of their own, but on the same one, as the last to arrive writes both.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Counters
    {
        [FieldOffset(64)]
        public int Arrived;

        [FieldOffset(68)]
        public int Phase;
    }
}

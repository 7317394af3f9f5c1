namespace Lstm.Kernels;

/// <summary>Where the workers of a team wait for each other, every microsecond or so.</summary>
internal sealed class TeamBarrier(int participants)
{
    private const int SpinsBeforeYield = 1000;

    private int _arrived;
    private int _phase;

    public void Wait()
    {
        int phase = Volatile.Read(ref _phase);
        if (Interlocked.Increment(ref _arrived) == participants)
        {
            Volatile.Write(ref _arrived, 0);
            Volatile.Write(ref _phase, phase + 1);
            return;
        }

        for (int spin = 0; Volatile.Read(ref _phase) == phase; spin++)
        {
            if (spin >= SpinsBeforeYield)
            {
                Thread.Yield();
            }
        }
    }
}

using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>Looks at the machine while the turns of a round run.</summary>
internal sealed class RoundWatch(int threads)
{
    /// <summary>Each look takes a processor from a worker for some 50 microseconds.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly int Processors = ProcFiles.Exist ? ProcFiles.Processors() : 0;

    private readonly List<double> _waiting = [];
    private double _ticks, _stolen, _switches, _seconds;

    /// <summary>What the turns have suffered until now; null where the system does not tell.</summary>
    public Disturbance? Result => !ProcFiles.Exist || _seconds == 0 ? null : new Disturbance(
        _ticks > 0 ? _stolen / _ticks : 0,
        _waiting.Count > 0 ? _waiting.Average() : 0,
        Math.Max(0, _switches - _waiting.Count) / (_seconds * threads));     // every look may have been the reason for one

    /// <summary>Runs a turn of a process, and looks at the machine meanwhile.</summary>
    public T Watch<T>(int process, Func<T> turn)
    {
        if (!ProcFiles.Exist)
        {
            return turn();
        }

        (double ticks, double stolen) = ProcFiles.Ticks();
        double switches = ProcFiles.InvoluntarySwitches(process);
        long start = Stopwatch.GetTimestamp();
        T result = WatchQueue(turn);
        _seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        _switches += Math.Max(0, ProcFiles.InvoluntarySwitches(process) - switches);
        (double laterTicks, double laterStolen) = ProcFiles.Ticks();
        (_ticks, _stolen) = (_ticks + laterTicks - ticks, _stolen + laterStolen - stolen);
        return result;
    }

    private T WatchQueue<T>(Func<T> turn)
    {
        using ManualResetEventSlim ended = new(initialState: false, spinCount: 0);
        Thread looker = new(() =>
        {
            while (!ended.Wait(Interval))
            {
                // The one who looks runs, too.
                _waiting.Add(Math.Max(0, ProcFiles.RunQueue() - 1 - Processors));
            }
        });
        looker.Start();
        try
        {
            return turn();
        }
        finally
        {
            ended.Set();
            looker.Join();
        }
    }
}

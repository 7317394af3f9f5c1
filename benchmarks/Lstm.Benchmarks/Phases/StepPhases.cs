using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Phases;

/// <summary>The phases of forward and backward passes, with nothing between them.</summary>
internal sealed class StepPhases(Work work) : IPhasedWork
{
    private readonly LstmWorkload<float> _workload = new(work);

    public IReadOnlyList<TimeSpan[]> Measure(int steps)
    {
        // What another process has left in the caches does not count.
        _workload.Train();
        TimeSpan[][] times = new TimeSpan[steps][];
        for (int step = 0; step < steps; step++)
        {
            PhaseClock.Start();
            _workload.Train();
            times[step] = PhaseClock.Stop();
        }

        return times;
    }

    public void Dispose() => _workload.Dispose();
}

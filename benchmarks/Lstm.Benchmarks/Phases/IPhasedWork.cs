namespace Lstm.Benchmarks.Phases;

/// <summary>Work whose phases are measured.</summary>
internal interface IPhasedWork : IDisposable
{
    /// <summary>Does a number of steps, and returns the time of each phase of each of them.</summary>
    IReadOnlyList<TimeSpan[]> Measure(int steps);
}

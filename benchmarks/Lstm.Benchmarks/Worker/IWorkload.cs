namespace Lstm.Benchmarks.Worker;

/// <summary>The work of one case, as one library does it.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Does the work once, and returns its output and gradients by their names.</summary>
    IReadOnlyDictionary<string, Fingerprint> Check();

    /// <summary>Returns the milliseconds of a forward pass.</summary>
    double Forward();

    /// <summary>Returns the milliseconds of a training step.</summary>
    double Train();
}

namespace Lstm;

/// <summary>
/// A measure of how good predictions are, accumulated over batches in sums, of which <see cref="Value"/> is a function: that of all batches at once, not
/// the mean of theirs. To have one of your own, derive from <see cref="ClassMetric"/>, <see cref="ValueMetric"/> or <see cref="LossMetric"/>.
/// </summary>
public abstract class Metric
{
    private readonly double[] _sums;

    /// <summary>A metric that has counted nothing yet.</summary>
    /// <param name="name">What it is called in results, such as <c>accuracy</c>.</param>
    /// <param name="sums">How many sums it keeps.</param>
    private protected Metric(string name, int sums)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRange.ThrowIfLessThan(sums, 1);
        Name = name;
        _sums = new double[sums];
    }

    /// <summary>What it is called in results.</summary>
    public string Name { get; }

    /// <summary>The metric of all that was counted since <see cref="Reset"/>; NaN where that is nothing.</summary>
    public abstract double Value { get; }

    /// <summary>All that changes: what a checkpoint keeps. Sums of counts are exact up to 2^53.</summary>
    protected internal Span<double> Sums => _sums;

    /// <summary>Forgets what was counted.</summary>
    public void Reset() => _sums.AsSpan().Clear();
}

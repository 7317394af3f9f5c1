using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A measure of how good predictions are, accumulated over batches in sums, of which <see cref="Value"/> is a function: that of all batches at once, not
/// the mean of theirs. To have one of your own, derive from <see cref="ClassMetric"/>, <see cref="RegressionMetric"/> or <see cref="LossMetric"/>.
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

    /// <summary>
    /// Adds <c>weight * number</c>, both of any size, to sum k of a metric that has two of <see cref="Sums"/> for each of its own: its
    /// value by a power of 2, in the first half, and the exponent of that, in the second, which is 0 where the sum is of a usual size.
    /// </summary>
    private protected void Accumulate(int k, double weight, double number = 1)
    {
        double[] sums = _sums;
        double product = weight * number;
        if (sums[Exponents + k] == 0 && (WideSum.IsUsual(product) || weight == 0 || number == 0))
        {
            sums[k] += product;
        }
        else
        {
            Accumulate(k, (Wide)weight * number);
        }
    }

    /// <inheritdoc cref="Accumulate(int, double, double)"/>
    private protected void Accumulate(int k, Wide number)
    {
        WideSum sum = SumOf(k);
        sum.Add(number);
        (_sums[k], _sums[Exponents + k]) = (sum.Value, sum.Exponent);
    }

    /// <summary>Where the exponents begin.</summary>
    private int Exponents => _sums.Length / 2;

    /// <summary>The total of sum k.</summary>
    private protected Wide Total(int k) => SumOf(k).Total;

    private WideSum SumOf(int k) => new(_sums[k], (int)_sums[Exponents + k]);

    /// <summary>Forgets what was counted.</summary>
    public void Reset() => _sums.AsSpan().Clear();
}

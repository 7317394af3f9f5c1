using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A measure of how good predictions are. It accumulates sums over batches, and <see cref="Value"/> is a function of these sums: the metric
/// of all batches taken together, not the mean of the metrics of single batches. To write a metric of your own, derive from
/// <see cref="ClassMetric"/>, <see cref="RegressionMetric"/> or <see cref="LossMetric"/>.
/// </summary>
public abstract class Metric
{
    private readonly double[] _sums;

    /// <summary>Creates a metric that has counted nothing yet.</summary>
    /// <param name="name">The name of the metric in results, such as <c>accuracy</c>.</param>
    /// <param name="sums">The number of sums that the metric keeps.</param>
    private protected Metric(string name, int sums)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRange.ThrowIfLessThan(sums, 1);
        Name = name;
        _sums = new double[sums];
    }

    /// <summary>The name of the metric in results.</summary>
    public string Name { get; }

    /// <summary>The metric of everything that was counted since <see cref="Reset"/>; NaN where nothing was.</summary>
    public abstract double Value { get; }

    /// <summary>
    /// The sums, which are all that changes in a metric and all that a checkpoint keeps. Sums of counts are exact up to 2^53.
    /// </summary>
    protected internal Span<double> Sums => _sums;

    /// <summary>
    /// Adds <c>weight * number</c>, both of any size, to sum k. For each of its sums the metric has two numbers in <see cref="Sums"/>: a
    /// value in the first half, and in the second half the exponent of the power of 2 by which the value is multiplied. The exponent is 0
    /// where the sum is of a usual size.
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

    /// <summary>The index in <see cref="Sums"/> where the exponents begin.</summary>
    private int Exponents => _sums.Length / 2;

    /// <summary>Returns the total of sum k.</summary>
    private protected Wide Total(int k) => SumOf(k).Total;

    private WideSum SumOf(int k) => new(_sums[k], (int)_sums[Exponents + k]);

    /// <summary>Forgets everything that was counted.</summary>
    public void Reset() => _sums.AsSpan().Clear();
}

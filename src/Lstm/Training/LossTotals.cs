namespace Lstm;

/// <summary>The mean loss and the metrics over many batches. A task's metrics are shared, so their sums are kept here while others are counted.</summary>
internal sealed class LossTotals
{
    private readonly IReadOnlyList<Metric> _metrics;
    private readonly double[] _kept;

    public LossTotals(IReadOnlyList<Metric> metrics)
    {
        _metrics = metrics;
        _kept = new double[metrics.Sum(metric => metric.Sums.Length)];
    }

    public double Sum { get; private set; }

    public double Weight { get; private set; }

    /// <summary>The sums of the metrics, while those of others are in them.</summary>
    public ReadOnlySpan<double> Kept => _kept;

    public void Add(BatchLoss loss)
    {
        Sum += loss.Mean * loss.Weight;
        Weight += loss.Weight;
    }

    public void Reset()
    {
        (Sum, Weight) = (0, 0);
        for (int k = 0; k < _metrics.Count; k++)
        {
            _metrics[k].Reset();
        }
    }

    /// <summary>Goes on with sums that were kept.</summary>
    public void Restore(double sum, double weight, ReadOnlySpan<double> kept)
    {
        (Sum, Weight) = (sum, weight);
        kept.CopyTo(_kept);
        Exchange();
    }

    /// <summary>What the metrics have counted, and what is kept here, change places.</summary>
    public void Exchange()
    {
        int next = 0;
        for (int k = 0; k < _metrics.Count; k++)
        {
            foreach (ref double sum in _metrics[k].Sums)
            {
                (sum, _kept[next]) = (_kept[next], sum);
                next++;
            }
        }
    }

    public Evaluation ToEvaluation(Evaluation? baseline = null) => new()
    {
        Loss = Sum / Weight,
        Weight = Weight,
        Metrics = _metrics.ToDictionary(metric => metric.Name, metric => metric.Value),
        Baseline = baseline,
    };
}

using Lstm.Kernels;

namespace Lstm;

/// <summary>The mean loss and the metrics over many batches. A task's metrics are shared, so their sums are kept here while others are counted.</summary>
internal sealed class LossTotals
{
    private readonly IReadOnlyList<Metric> _metrics;
    private readonly double[] _kept;
    private readonly double[] _marked;
    private WideSum _markedSum;
    private double _markedWeight;

    public LossTotals(IReadOnlyList<Metric> metrics)
    {
        _metrics = metrics;
        _kept = new double[metrics.Sum(metric => metric.Sums.Length)];
        _marked = new double[_kept.Length];
    }

    /// <summary>The sum of means times their weights, of any size.</summary>
    public WideSum Sum { get; private set; }

    public double Weight { get; private set; }

    /// <summary>The mean loss.</summary>
    public double Mean => (double)(Sum.Total / Weight);

    /// <summary>The sums of the metrics, while those of others are in them.</summary>
    public ReadOnlySpan<double> Kept => _kept;

    /// <summary>Takes notice of a loss; where no target counts, it is no number.</summary>
    public void Add(BatchLoss loss)
    {
        if (loss.Weight == 0)
        {
            return;
        }

        WideSum sum = Sum;
        sum.Add(loss.Weight, loss.Mean);
        Sum = sum;
        Weight += loss.Weight;
    }

    public void Reset()
    {
        (Sum, Weight) = (default, 0);
        for (int k = 0; k < _metrics.Count; k++)
        {
            _metrics[k].Reset();
        }
    }

    /// <summary>Where <see cref="GoBack"/> goes back to.</summary>
    public void Mark()
    {
        (_markedSum, _markedWeight) = (Sum, Weight);
        int next = 0;
        for (int k = 0; k < _metrics.Count; k++)
        {
            ReadOnlySpan<double> sums = _metrics[k].Sums;
            sums.CopyTo(_marked.AsSpan(next));
            next += sums.Length;
        }
    }

    /// <summary>Forgets all since <see cref="Mark"/>, in the metrics, too.</summary>
    public void GoBack()
    {
        (Sum, Weight) = (_markedSum, _markedWeight);
        int next = 0;
        for (int k = 0; k < _metrics.Count; k++)
        {
            Span<double> sums = _metrics[k].Sums;
            _marked.AsSpan(next, sums.Length).CopyTo(sums);
            next += sums.Length;
        }
    }

    /// <summary>Goes on with sums that were kept.</summary>
    public void Restore(WideSum sum, double weight, ReadOnlySpan<double> kept)
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
        Loss = Mean,
        Weight = Weight,
        Metrics = _metrics.ToDictionary(metric => metric.Name, metric => metric.Value),
        Baseline = baseline,
    };
}

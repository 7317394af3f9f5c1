using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The mean loss and the metrics over many batches. The metrics of a task are shared, so their sums are kept here while they count others.
/// </summary>
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

    /// <summary>The sum of the means times their weights, of any size.</summary>
    public WideSum Sum { get; private set; }

    public double Weight { get; private set; }

    /// <summary>The mean loss.</summary>
    public double Mean => (double)(Sum.Total / Weight);

    /// <summary>The kept sums of the metrics, while the metrics hold others.</summary>
    public ReadOnlySpan<double> Kept => _kept;

    /// <summary>Adds a loss, except where no target counts: the loss is then not a number.</summary>
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

    /// <summary>Marks the moment that <see cref="GoBack"/> goes back to.</summary>
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

    /// <summary>Forgets everything since <see cref="Mark"/>, in the metrics as well.</summary>
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

    /// <summary>Restores sums that were kept.</summary>
    public void Restore(WideSum sum, double weight, ReadOnlySpan<double> kept)
    {
        (Sum, Weight) = (sum, weight);
        kept.CopyTo(_kept);
        Exchange();
    }

    /// <summary>Swaps the sums of the metrics with those that are kept here.</summary>
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

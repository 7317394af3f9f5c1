using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The mean loss and the metrics over many batches. The metrics of a task are shared, so their sums are kept here while they count others.
/// </summary>
internal sealed class LossTotals(IReadOnlyList<Metric> metrics)
{
    private readonly double[][] _kept = [.. metrics.Select(metric => new double[metric.Sums.Length])];
    private readonly double[][] _marked = [.. metrics.Select(metric => new double[metric.Sums.Length])];
    private WideSum _sum, _markedSum;
    private double _markedWeight;

    /// <summary>The sum of the means times their weights, of any size.</summary>
    public WideSum Sum => _sum;

    public double Weight { get; private set; }

    public double Mean => (double)(Sum.Total / Weight);

    /// <summary>Adds a loss, except where no target counts: the loss is then not a number.</summary>
    public void Add(BatchLoss loss)
    {
        if (loss.Weight != 0)
        {
            _sum.Add(loss.Weight, loss.Mean);
            Weight += loss.Weight;
        }
    }

    public void Reset()
    {
        (_sum, Weight) = (default, 0);
        for (int k = 0; k < metrics.Count; k++)
        {
            metrics[k].Reset();
        }
    }

    /// <summary>Marks the moment that <see cref="GoBack"/> goes back to.</summary>
    public void Mark()
    {
        (_markedSum, _markedWeight) = (_sum, Weight);
        for (int k = 0; k < metrics.Count; k++)
        {
            metrics[k].Sums.CopyTo(_marked[k]);
        }
    }

    /// <summary>Forgets everything since <see cref="Mark"/>, in the metrics as well.</summary>
    public void GoBack()
    {
        (_sum, Weight) = (_markedSum, _markedWeight);
        for (int k = 0; k < metrics.Count; k++)
        {
            _marked[k].CopyTo(metrics[k].Sums);
        }
    }

    /// <summary>Restores sums that were kept.</summary>
    public void Restore(WideSum sum, double weight, double[][] kept)
    {
        (_sum, Weight) = (sum, weight);
        for (int k = 0; k < metrics.Count; k++)
        {
            kept[k].CopyTo(metrics[k].Sums);
        }
    }

    /// <summary>Swaps the sums of the metrics with those that are kept here.</summary>
    public void Exchange()
    {
        for (int k = 0; k < metrics.Count; k++)
        {
            Span<double> sums = metrics[k].Sums, kept = _kept[k];
            for (int j = 0; j < sums.Length; j++)
            {
                (sums[j], kept[j]) = (kept[j], sums[j]);
            }
        }
    }

    public Evaluation ToEvaluation(Evaluation? baseline = null) => new()
    {
        Loss = Mean,
        Weight = Weight,
        Metrics = metrics.ToDictionary(metric => metric.Name, metric => metric.Value),
        Baseline = baseline,
    };
}

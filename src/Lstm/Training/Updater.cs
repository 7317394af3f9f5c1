using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>
/// The updates of a training. One of k batches has the gradient of the mean over all their targets, <c>Σ w_j g_j / Σ w_j</c> with g_j that of the mean over
/// batch j. Gradients are summed as <c>w_j / w_1 g_j</c>, so that for one batch, or for batches of equal weight, nothing is multiplied.
/// </summary>
internal sealed class Updater<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly TrainingTask<T, TBatch> _task;
    private readonly Optimizer<T> _optimizer;
    private readonly Bptt<T> _bptt;
    private readonly TrainerOptions<T> _options;
    private int _pending;
    private double _firstWeight, _weight, _lossSum;
    private long _start;

    public Updater(TrainingTask<T, TBatch> task, Optimizer<T> optimizer, Bptt<T> bptt, TrainerOptions<T> options)
    {
        (_task, _optimizer, _bptt, _options) = (task, optimizer, bptt, options);
        Totals = new LossTotals(task.Metrics);
    }

    /// <summary>Of all that was learned from since they were reset.</summary>
    public LossTotals Totals { get; }

    /// <summary>Whether there are gradients of batches that wait for more.</summary>
    public bool IsPending => _pending > 0;

    /// <summary>The mean loss of the last update.</summary>
    public double Loss => _weight > 0 ? _lossSum / _weight : 0;

    /// <summary>The targets of the last update, by their weights.</summary>
    public double Weight => _weight;

    /// <summary>That of the last update, before any clipping.</summary>
    public double GradientNorm { get; private set; }

    public long Skipped { get; set; }

    public int SkipsInTurn { get; set; }

    private ParameterCollection<T> Parameters => _optimizer.Parameters;

    /// <summary>Learns from a batch.</summary>
    /// <returns>Whether that ended an update, or skipped it.</returns>
    public bool Learn(TBatch batch)
    {
        if (_pending == 0)
        {
            (_firstWeight, _weight, _lossSum, _start) = (0, 0, 0, Stopwatch.GetTimestamp());
        }

        _task.Forward(_bptt, batch);
        ReadOnlySpan<T> predictions = _task.Predict(_bptt.Output, batch);
        BatchLoss loss = _task.Evaluate(predictions, batch, _bptt.OutputGradient);
        if (!double.IsFinite(loss.Mean))
        {
            return Skip(loss.Mean, gradientNorm: null);
        }

        _task.Measure(predictions, batch, loss);
        Totals.Add(loss);
        Weigh(loss);
        _bptt.Backward();
        _pending++;
        return _pending == _options.AccumulateBatches && Update();
    }

    /// <summary>Updates by the batches that wait.</summary>
    /// <returns>Always true.</returns>
    public bool Update()
    {
        if (_weight > 0 && _firstWeight != _weight)
        {
            TensorPrimitives.Multiply(Parameters.Gradients, T.CreateTruncating(_firstWeight / _weight), Parameters.Gradients);
        }

        double norm = Clip();
        if (!double.IsFinite(norm))
        {
            return Skip(Loss, norm);
        }

        _optimizer.LearningRate = _options.Schedule?.At(_optimizer.Steps) ?? _optimizer.LearningRate;
        if (_optimizer.TryStep() is NonFiniteException refusal)
        {
            return Skip(Loss, norm, refusal);
        }

        (_pending, SkipsInTurn, GradientNorm) = (0, 0, norm);
        _options.Average?.Update();
        TrainingMeters.RecordUpdate(Loss, norm, _optimizer.LearningRate, _weight, _start);
        return true;
    }

    /// <summary>Forgets the batches that wait.</summary>
    public void Discard()
    {
        _pending = 0;
        Parameters.ClearGradients();
    }

    private void Weigh(BatchLoss loss)
    {
        _firstWeight = _firstWeight > 0 ? _firstWeight : loss.Weight;
        if (loss.Weight != _firstWeight)
        {
            TensorPrimitives.Multiply(_bptt.OutputGradient, T.CreateTruncating(loss.Weight / _firstWeight), _bptt.OutputGradient);
        }

        _weight += loss.Weight;
        _lossSum += loss.Mean * loss.Weight;
    }

    /// <returns>The norm over all gradients, before clipping.</returns>
    private double Clip()
    {
        if (_options.ClipByGlobalNorm is double globalNorm)
        {
            return GradientClipping.ByGlobalNorm(Parameters, globalNorm, _options.Bptt.Threads);
        }

        double norm = GradientClipping.GlobalNorm(Parameters, _options.Bptt.Threads);
        if (_options.ClipByNorm is double limit)
        {
            GradientClipping.ByNorm(Parameters, limit);
        }
        else if (_options.ClipByValue is double bound)
        {
            GradientClipping.ByValue(Parameters, bound);
        }

        return norm;
    }

    /// <param name="loss">What the loss was.</param>
    /// <param name="gradientNorm">The norm that is not finite, or null where the loss is not.</param>
    /// <param name="refusal">Why the optimiser has refused the step, if it has.</param>
    private bool Skip(double loss, double? gradientNorm, NonFiniteException? refusal = null)
    {
        SkipsInTurn++;
        NonFiniteException? error = _options.NonFinite == NonFiniteHandling.SkipStep && SkipsInTurn <= _options.MaxSkipsInTurn
            ? null
            : refusal ?? (gradientNorm is double norm
                ? NonFiniteSearch.InBackward(_bptt.Model, _optimizer.Steps + 1, loss, norm)
                : NonFiniteSearch.InForward(_bptt, _optimizer.Steps + 1, loss));
        Discard();
        _bptt.OutputGradient.Clear();
        ResetDamagedStates();
        if (error != null)
        {
            throw error;
        }

        Skipped++;
        TrainingMeters.RecordSkip();
        return true;
    }

    private void ResetDamagedStates()
    {
        for (int k = 0; k < _bptt.States.Count; k++)
        {
            if (NonFiniteSearch.IndexOfNonFinite<T>(_bptt.States[k].Value) >= 0)
            {
                _bptt.ResetState();
                return;
            }
        }
    }
}

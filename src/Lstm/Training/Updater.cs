using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The updates of a training. An update of k batches has the gradient of the mean over all their targets, <c>Σ w_j g_j / Σ w_j</c>, where
/// g_j is the gradient of the mean over batch j. Gradients are summed as <c>w_j / w_1 g_j</c>, so that for one batch, or for batches of
/// equal weight, nothing is multiplied. Batches of weight 0, in which no target counts, have no part in an update; where there are no
/// others, there is no update.
/// </summary>
internal sealed class Updater<T, TBatch>(Trainer<T, TBatch> trainer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly TrainingTask<T, TBatch> _task = trainer.Task;
    private readonly Optimizer<T> _optimizer = trainer.Optimizer;
    private readonly Bptt<T> _bptt = trainer.Bptt;
    private readonly TrainerOptions<T> _options = trainer.Options;
    private int _pending;
    private bool _isOpen;
    private WideSum _lossSum;
    private double _firstWeight, _weight, _largestWeight;
    private long _start;

    /// <summary>The totals over everything that was learned from since they were reset.</summary>
    public LossTotals Totals { get; } = new(trainer.Task.Metrics);

    /// <summary>Whether gradients of batches are waiting for further batches.</summary>
    public bool IsPending => _pending > 0;

    /// <summary>The mean loss of the last update.</summary>
    public double Loss { get; private set; }

    /// <summary>The sum of the weights of the targets of the last update; 0 where it was skipped.</summary>
    public double Weight { get; private set; }

    /// <summary>The norm of the gradient of the last update, before any clipping.</summary>
    public double GradientNorm { get; private set; }

    public long Skipped { get; set; }

    public int SkipsInTurn { get; set; }

    /// <summary>Whether a target counted since this was last set to false.</summary>
    public bool HasSeenTargets { get; set; }

    private ParameterCollection<T> Parameters => _optimizer.Parameters;

    public void Begin()
    {
        Discard();
        _largestWeight = WeightGrowth<T>.Largest(Parameters);
    }

    /// <returns>Whether the batch ended an update, or the update was skipped.</returns>
    public bool Learn(TBatch batch)
    {
        if (!_isOpen)
        {
            (_isOpen, _firstWeight, _weight, _lossSum, _start) = (true, 0, 0, default, Stopwatch.GetTimestamp());
            Totals.Mark();
        }

        _task.Forward(_bptt, batch);
        ReadOnlySpan<T> predictions;
        BatchLoss loss;
        using (PhaseClock.Enter(Phase.Loss))
        {
            predictions = _task.Predict(_bptt.Output, batch);
            loss = _task.Evaluate(predictions, batch, _bptt.OutputGradient);
        }

        HasSeenTargets |= loss.Weight != 0;
        if (loss.Weight == 0)
        {
            _bptt.OutputGradient.Clear();
        }
        else if (!double.IsFinite(loss.Mean))
        {
            return Skip(batch, loss.Mean, gradientNorm: null);
        }
        else
        {
            using (PhaseClock.Enter(Phase.Loss))
            {
                _task.Measure(predictions, batch, loss);
                Totals.Add(loss);
                Weigh(loss);
            }

            _bptt.Backward();
        }

        _pending++;
        return _pending == _options.AccumulateBatches && Update();
    }

    /// <summary>Does an update with the batches that are waiting.</summary>
    /// <returns>Whether there was something to learn from, even if the update was skipped.</returns>
    public bool Update()
    {
        if (_weight == 0)
        {
            (_pending, _isOpen) = (0, false);
            return false;
        }

        if (_firstWeight != _weight)
        {
            TensorPrimitives.Multiply(Parameters.Gradients, T.CreateTruncating(_firstWeight / _weight), Parameters.Gradients);
        }

        double loss = (double)(_lossSum.Total / _weight), norm = Clip();
        if (!double.IsFinite(norm))
        {
            return Skip(batch: null, loss, norm);
        }

        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Optimizer);
        _optimizer.LearningRate = _options.Schedule?.At(_optimizer.Steps) ?? _optimizer.LearningRate;
        if (_optimizer.TryStep() is NonFiniteException refusal)
        {
            return Skip(batch: null, loss, norm, refusal);
        }

        (_pending, _isOpen, SkipsInTurn) = (0, false, 0);
        (Loss, Weight, GradientNorm) = (loss, _weight, norm);
        _options.Average?.Update();
        TrainingMeters.RecordUpdate(loss, norm, _optimizer.LearningRate, _weight, _start);
        return true;
    }

    /// <summary>Forgets the batches that are waiting, as if they had never been.</summary>
    private void Discard()
    {
        if (_isOpen)
        {
            Totals.GoBack();
        }

        (_pending, _isOpen) = (0, false);
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
        _lossSum.Add(loss.Weight, loss.Mean);
    }

    /// <returns>The norm over all gradients, before clipping.</returns>
    private double Clip()
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Clipping);
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

    /// <param name="batch">The batch, where its loss is not finite; otherwise null.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="gradientNorm">The norm of the gradients, where they are the problem; null where the loss is not finite.</param>
    /// <param name="refusal">The error with which the optimiser has refused the step, if it has.</param>
    private bool Skip(TBatch? batch, double loss, double? gradientNorm, NonFiniteException? refusal = null)
    {
        SkipsInTurn++;
        NonFiniteException? error = _options.NonFinite == NonFiniteHandling.SkipStep && SkipsInTurn <= _options.MaxSkipsInTurn
            ? null
            : refusal ?? ErrorOf(batch, loss, gradientNorm);
        Discard();
        _bptt.OutputGradient.Clear();
        if (_bptt.States.Any(state => NonFinite.IndexIn<T>(state.Value) >= 0))
        {
            _bptt.ResetState();
        }

        if (error != null)
        {
            throw error;
        }

        Weight = 0;
        Skipped++;
        TrainingMeters.RecordSkip();
        return true;
    }

    private NonFiniteException ErrorOf(TBatch? batch, double loss, double? gradientNorm)
    {
        string growth = WeightGrowth<T>.Describe(Parameters, _largestWeight, trainer.Steps, _optimizer.LearningRate);
        return gradientNorm is double norm
            ? NonFiniteSearch<T>.InBackward(_bptt.Model, trainer.Steps + 1, loss, norm, growth)
            : NonFiniteSearch<T>.InForward(_bptt, trainer.Steps + 1, loss, batch, growth);
    }
}

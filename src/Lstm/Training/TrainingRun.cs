using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>One call of <see cref="Trainer{T, TBatch}.Fit"/>: its updates, rounds and epochs, and the reasons why it ends.</summary>
internal sealed class TrainingRun<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly Trainer<T, TBatch> _trainer;
    private readonly IBatchSource<TBatch> _training;
    private readonly IBatchSource<TBatch>? _validation;
    private readonly int _epochs;
    private readonly ProgressReporter _reporter;
    private readonly CancellationToken _stop;
    private bool _beganEpoch;

    public TrainingRun(
        Trainer<T, TBatch> trainer,
        IBatchSource<TBatch> training,
        IBatchSource<TBatch>? validation,
        int epochs,
        IProgress<TrainingProgress>? progress,
        CancellationToken stop)
    {
        (_trainer, _training, _validation, _epochs, _stop) = (trainer, training, validation, epochs, stop);
        long updatesPerEpoch = (training.BatchesPerEpoch + (long)Options.AccumulateBatches - 1) / Options.AccumulateBatches;
        long done = updatesPerEpoch * State.Epoch + training.Position.Batch / Options.AccumulateBatches, earlier = Step - done;
        long last = Math.Min(Options.MaxSteps ?? long.MaxValue, earlier + updatesPerEpoch * epochs);
        _reporter = new ProgressReporter(progress, Options.ProgressInterval, earlier, Step, last);
    }

    private TrainerOptions<T> Options => _trainer.Options;

    private Updater<T, TBatch> Updater => _trainer.Updater;

    private RunState State => _trainer.State;

    private long Step => _trainer.Steps;

    /// <summary>The present epoch, counted from 1; where an epoch has just ended, that epoch.</summary>
    private int Epoch => Math.Max(1, _training.Position.Batch == 0 ? State.Epoch : State.Epoch + 1);

    /// <param name="compares">Whether the best loss so far may belong to another validation.</param>
    /// <param name="compared">The function that is called once the best weights have been evaluated on this validation.</param>
    public StopReason Run(bool compares, Action compared)
    {
        Updater.Begin();
        _beganEpoch = _training.Position.Batch == 0;
        Updater.HasSeenTargets = false;
        _trainer.RoundTime.Start();
        try
        {
            CheckSources();
            if (compares)
            {
                CompareBest();
                compared();
            }

            _trainer.Best?.GoOn();
            return RunToEnd();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return StopReason.Cancelled;
        }
        finally
        {
            _trainer.RoundTime.Stop();
        }
    }

    /// <summary>Checks the sources before the first update, because an error after an epoch would cost that epoch.</summary>
    private void CheckSources()
    {
        BatchFit.CheckSteps(_training, _trainer.Bptt.Steps, "training", "the steps of the trainer");
        if (_validation != null)
        {
            _trainer.CheckValidation(_validation, _stop);
        }
    }

    /// <summary>Evaluates the best weights on this validation, because the losses to come are of it and are compared with theirs.</summary>
    private void CompareBest()
    {
        double? loss = _validation is null
            ? double.PositiveInfinity
            : _trainer.Best!.With(() => _trainer.Evaluate(_validation, _stop).Loss);
        if (loss is double present && present != _trainer.Best!.Loss)
        {
            _trainer.Best.CompareWith(double.IsFinite(present) ? present : double.PositiveInfinity);
        }
    }

    private StopReason RunToEnd()
    {
        while (true)
        {
            if (!Updater.IsPending && _stop.IsCancellationRequested)
            {
                return StopReason.Cancelled;
            }

            if (State.IsRoundOver)
            {
                EndRound();
            }

            if (!Updater.IsPending && FindEnd() is StopReason end)
            {
                if (State.RoundStart == Step)
                {
                    return end;
                }

                State.IsRoundOver = true;
            }
            else if (NextBatch() is not { } batch)
            {
                EndEpoch();
            }
            else if (Updater.Learn(batch))
            {
                AfterUpdate();
            }
        }
    }

    /// <summary>
    /// Returns the reason why there is nothing more to learn, or null. An epoch of which all batches are done has to be ended first.
    /// </summary>
    private StopReason? FindEnd() =>
        _trainer.Best is { IsOver: true } ? StopReason.EarlyStopping
        : State.Epoch >= _epochs ? StopReason.Epochs
        : Step >= Options.MaxSteps && _training.Position.Batch < _training.BatchesPerEpoch ? StopReason.MaxSteps
        : null;

    private TBatch? NextBatch()
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Data);
        return _training.NextBatch();
    }

    private void AfterUpdate()
    {
        State.IsRoundOver |= Step - State.RoundStart >= Options.RoundSteps;
        using (PhaseClock.Enter(Phase.Progress))
        {
            if (_reporter.IsDue(Updater.Weight))
            {
                _reporter.Report(Step, () => ProgressOf(round: null));
            }
        }

        if (!State.IsRoundOver && Step % Options.CheckpointSteps == 0 && Updater.SkipsInTurn == 0)
        {
            Options.Checkpoints?.Invoke(_trainer.Checkpoint());
        }
    }

    private void EndEpoch()
    {
        if (_beganEpoch && !Updater.HasSeenTargets)
        {
            throw Evaluator<T, TBatch>.WithoutTargets(_training, "training");
        }

        (_beganEpoch, Updater.HasSeenTargets) = (true, false);
        State.Epoch++;
        State.IsRoundOver |= Options.RoundSteps is null;
        if (Updater.IsPending && Updater.Update())
        {
            AfterUpdate();
        }
    }

    private void EndRound()
    {
        TrainingRound round = Evaluate();
        _trainer.Rounds.Add(round);
        if (round.Validation != null || round.Training.Weight > 0)
        {
            _trainer.Best?.Report(round.Loss);
            Options.Schedule?.Plateau?.Report(round.Loss);
        }

        if (round.Validation is Evaluation evaluation)
        {
            TrainingMeters.RecordValidation(evaluation.Loss);
        }

        (State.IsRoundOver, State.RoundStart, State.RoundSeconds) = (false, Step, 0);
        _trainer.RoundTime.Restart();
        Updater.Totals.Reset();
        _reporter.Report(Step, () => ProgressOf(round), isRound: true);
        Options.Checkpoints?.Invoke(_trainer.Checkpoint());
    }

    private TrainingRound Evaluate()
    {
        using IDisposable? averaged = Options.Average?.Apply();
        return new()
        {
            Epoch = Epoch,
            Step = Step,
            Training = Updater.Totals.ToEvaluation(),
            Validation = _validation is null ? null : Validate(_validation),
            LearningRate = _trainer.Optimizer.LearningRate,
            Seconds = _trainer.RoundSeconds,
        };
    }

    private Evaluation Validate(IBatchSource<TBatch> validation)
    {
        Evaluation evaluation = _trainer.Evaluate(validation, _stop);
        return evaluation.Weight > 0 ? evaluation : throw Evaluator<T, TBatch>.WithoutTargets(validation, nameof(validation));
    }

    private TrainingProgress ProgressOf(TrainingRound? round) => new()
    {
        Epoch = Epoch,
        Epochs = _epochs,
        Step = Step,
        SkippedSteps = Updater.Skipped,
        Loss = Updater.Loss,
        Training = round?.Training ?? Updater.Totals.ToEvaluation(),
        Round = round,
        LearningRate = _trainer.Optimizer.LearningRate,
        GradientNorm = Updater.GradientNorm,
        TargetsPerSecond = 0,
        Elapsed = default,
        TimeLeft = default,
        Done = 0,
    };
}

using System.Diagnostics;
using System.Numerics;

namespace Lstm;

/// <summary>
/// Trains a model for a task, evaluates it, and predicts: the loop over <see cref="Bptt{T}"/>, loss, <see cref="GradientClipping"/> and
/// <see cref="Optimizer{T}"/> that a user would write, to the bit, with validation, early stopping, progress and checkpoints around it.
/// An instance is for one thread at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">What a source of batches gives.</typeparam>
public sealed class Trainer<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly TrainerOptions<T> _options;
    private readonly Updater<T, TBatch> _updater;
    private readonly Lazy<Evaluator<T, TBatch>> _evaluator;
    private readonly BestWeights<T>? _best;
    private readonly List<TrainingRound> _history = [];
    private readonly RunState _run = new();
    private readonly Stopwatch _roundTime = new();
    private IBatchSource<TBatch>? _training;

    /// <summary>A trainer of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">What a batch means.</param>
    /// <param name="optimizer">An optimiser of the model's parameters.</param>
    /// <param name="steps">T, the most steps of a batch.</param>
    /// <param name="batch">B, the sequences of a batch.</param>
    /// <param name="options">Schedule, clipping, early stopping, checkpoints and more; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or an option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// Optimiser or average are of another model, two metrics have one name, or options do not go together.
    /// </exception>
    public Trainer(
        Sequential<T> model, TrainingTask<T, TBatch> task, Optimizer<T> optimizer, int steps, int batch, TrainerOptions<T>? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(optimizer);
        _options = options ?? new TrainerOptions<T>();
        _options.Check(model);
        if (optimizer.Parameters != model.Parameters)
        {
            throw new ArgumentException("Expected an optimiser of the parameters of the model, but it is of another model.", nameof(optimizer));
        }

        if (task.Metrics.GroupBy(metric => metric.Name).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Expected metrics of different names, but two are called '{twice.Key}'.", nameof(task));
        }

        (Model, Task, Optimizer) = (model, task, optimizer);
        Bptt = new Bptt<T>(model, steps, batch, _options.Bptt);
        _updater = new Updater<T, TBatch>(task, optimizer, Bptt, _options);
        _evaluator = new(() => new Evaluator<T, TBatch>(model, task, steps, batch, _options));
        _best = _options.EarlyStopping is null ? null : new BestWeights<T>(model.Parameters, _options.EarlyStopping);
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>What a batch means.</summary>
    public TrainingTask<T, TBatch> Task { get; }

    /// <summary>The optimiser, whose <see cref="Optimizer{T}.Steps"/> are the updates done.</summary>
    public Optimizer<T> Optimizer { get; }

    /// <summary>What the training runs in: for a <see cref="GradientFlow{T}"/>, say.</summary>
    public Bptt<T> Bptt { get; }

    /// <summary>The epochs done.</summary>
    public int Epoch => _run.Epoch;

    /// <summary>The rounds done.</summary>
    public IReadOnlyList<TrainingRound> History => _history;

    /// <summary>
    /// Trains until so many epochs are done, those of calls before and of a restored checkpoint included. Where early stopping is an option, the model has the
    /// best weights in the end, unless it was cancelled.
    /// </summary>
    /// <param name="training">What is learned from, from its present position on, or from that of a restored checkpoint.</param>
    /// <param name="validation">What is evaluated at the end of every round, each time the same epoch of it; null for no validation.</param>
    /// <param name="epochs">The epochs, 1 or more.</param>
    /// <param name="progress">Takes reports, on this thread if it is no <see cref="Progress{T}"/>.</param>
    /// <param name="cancellationToken">Ends the training between two updates, in a state in which a checkpoint is taken.</param>
    /// <exception cref="NonFiniteException">A loss or gradient is NaN or infinite; the model has the weights of the update before.</exception>
    /// <exception cref="ArgumentException">A batch does not fit the model; or the position of the checkpoint the source.</exception>
    public TrainingResult Fit(
        IBatchSource<TBatch> training,
        IBatchSource<TBatch>? validation = null,
        int epochs = 1,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        Begin(training);
        long updatesPerEpoch = (training.BatchesPerEpoch + _options.AccumulateBatches - 1) / _options.AccumulateBatches;
        long steps = Math.Min(_options.MaxSteps ?? long.MaxValue, updatesPerEpoch * epochs);
        ProgressReporter reporter = new(progress, _options.ProgressInterval, Optimizer.Steps, steps);
        TrainingEnd end;
        _roundTime.Start();
        try
        {
            end = Run(training, validation, epochs, reporter, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            end = TrainingEnd.Cancelled;
        }
        finally
        {
            _roundTime.Stop();
        }

        if (end == TrainingEnd.Cancelled)
        {
            _options.Checkpoints?.Invoke(Checkpoint());
        }
        else
        {
            RestoreBest();
        }

        TrainingRound? best = _history.Where(round => double.IsFinite(round.Loss)).MinBy(round => round.Loss);
        return new TrainingResult(end, Optimizer.Steps, _updater.Skipped, [.. _history], best);
    }

    /// <summary>
    /// Evaluates the weights that the model holds, over the present epoch of a source from its beginning; the source is left where it was.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Evaluation Evaluate(IBatchSource<TBatch> source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        _updater.Totals.Exchange();
        try
        {
            return _evaluator.Value.Evaluate(source, cancellationToken);
        }
        finally
        {
            _updater.Totals.Exchange();
        }
    }

    /// <summary>What the model predicts for a batch. States are carried or reset by the task, apart from those of the training.</summary>
    /// <returns>As <see cref="TrainingTask{T, TBatch}.Predict"/>; valid until the next call.</returns>
    public ReadOnlySpan<T> Predict(TBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _evaluator.Value.Predict(batch);
    }

    /// <summary>
    /// What the model predicts for every batch of the present epoch of a source from its beginning; the source is left where it was.
    /// </summary>
    /// <param name="source">The batches.</param>
    /// <param name="use">Takes each batch and its predictions, which are valid during the call.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Predict(IBatchSource<TBatch> source, Action<TBatch, ReadOnlySpan<T>> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(use);
        _evaluator.Value.ForEach(source, use, cancellationToken);
    }

    /// <summary>Brings back the weights with the lowest loss, as they were validated: where there is an average, that of then.</summary>
    /// <returns>Whether there are any: after the first round, with <see cref="TrainerOptions{T}.EarlyStopping"/>.</returns>
    public bool RestoreBest() => _best?.Apply() ?? false;

    /// <summary>
    /// All that a trainer with the same model, task, options and data needs to go on as if there had been no end, to the bit: docs/training.md lists it. To
    /// be taken between updates, as <see cref="TrainerOptions{T}.Checkpoints"/> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">Gradients of batches wait for more, or the model holds an average.</exception>
    public Checkpoint<T> Checkpoint()
    {
        if (_updater.IsPending)
        {
            throw new InvalidOperationException("Expected a checkpoint between updates, but gradients of batches wait for more.");
        }

        _run.Position = _training?.Position ?? _run.Position;
        return TrainerCheckpoint.Create(this, _options, _run with { RoundSeconds = RoundSeconds() }, _updater, _best);
    }

    /// <summary>Goes on where the trainer was that a checkpoint is of, with the next call of <see cref="Fit"/>. On any error this one is as it was.</summary>
    /// <exception cref="ArgumentException">It is of another model, optimiser or task; the message says in what it differs.</exception>
    public void Restore(Checkpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        TrainerCheckpoint.Restore(checkpoint, this, _options, _run, _updater, _best, _history);
        _training = null;
        _roundTime.Reset();
    }

    private void Begin(IBatchSource<TBatch> training)
    {
        if (_training is null && _run.Position is BatchPosition position)
        {
            training.Position = position;
        }

        _training = training;
        _updater.Discard();
    }

    private TrainingEnd Run(
        IBatchSource<TBatch> training, IBatchSource<TBatch>? validation, int epochs, ProgressReporter reporter, CancellationToken stop)
    {
        while (true)
        {
            if (!_updater.IsPending && stop.IsCancellationRequested)
            {
                return TrainingEnd.Cancelled;
            }

            if (_run.IsRoundOver)
            {
                EndRound(validation, epochs, reporter, stop);
            }

            if (!_updater.IsPending && EndOf(epochs, training) is TrainingEnd end)
            {
                if (_run.RoundStart == Optimizer.Steps)
                {
                    return end;
                }

                _run.IsRoundOver = true;
            }
            else if (training.NextBatch() is not { } batch)
            {
                EndEpoch(epochs, reporter);
            }
            else if (_updater.Learn(batch))
            {
                AfterUpdate(epochs, reporter);
            }
        }
    }

    private TrainingEnd? EndOf(int epochs, IBatchSource<TBatch> training) =>
        _best is { IsOver: true } ? TrainingEnd.EarlyStopping
        : _run.Epoch >= epochs ? TrainingEnd.Epochs
        : Optimizer.Steps >= _options.MaxSteps && training.Position.Batch < training.BatchesPerEpoch ? TrainingEnd.MaxSteps
        : null;

    private void AfterUpdate(int epochs, ProgressReporter reporter)
    {
        long step = Optimizer.Steps;
        _run.IsRoundOver |= step - _run.RoundStart >= _options.RoundSteps;
        if (reporter.IsDue(_updater.Weight))
        {
            reporter.Report(step, () => ProgressOf(epochs, round: null));
        }

        if (!_run.IsRoundOver && step % _options.CheckpointSteps == 0 && _updater.SkipsInTurn == 0)
        {
            _options.Checkpoints?.Invoke(Checkpoint());
        }
    }

    private void EndEpoch(int epochs, ProgressReporter reporter)
    {
        _run.Epoch++;
        _run.IsRoundOver |= _options.RoundSteps is null;
        if (_updater.IsPending && _updater.Update())
        {
            AfterUpdate(epochs, reporter);
        }
    }

    private void EndRound(IBatchSource<TBatch>? validation, int epochs, ProgressReporter reporter, CancellationToken stop)
    {
        TrainingRound round;
        using (_options.Average?.Apply())
        {
            round = new()
            {
                Epoch = EpochNow,
                Step = Optimizer.Steps,
                Training = _updater.Totals.ToEvaluation(),
                Validation = validation is null ? null : Evaluate(validation, stop),
                LearningRate = Optimizer.LearningRate,
                Seconds = RoundSeconds(),
            };
            _best?.Report(round.Loss);
        }

        _history.Add(round);
        _options.Schedule?.Plateau?.Report(round.Loss);
        if (round.Validation is Evaluation evaluation)
        {
            TrainingMeters.RecordValidation(evaluation.Loss);
        }

        reporter.Report(Optimizer.Steps, () => ProgressOf(epochs, round));
        (_run.IsRoundOver, _run.RoundStart, _run.RoundSeconds) = (false, Optimizer.Steps, 0);
        _roundTime.Restart();
        _updater.Totals.Reset();
        _options.Checkpoints?.Invoke(Checkpoint());
    }

    /// <summary>From 1: where an epoch has just ended, that one.</summary>
    private int EpochNow => Math.Max(1, _training!.Position.Batch == 0 ? _run.Epoch : _run.Epoch + 1);

    private double RoundSeconds() => _run.RoundSeconds + _roundTime.Elapsed.TotalSeconds;

    private TrainingProgress ProgressOf(int epochs, TrainingRound? round) => new()
    {
        Epoch = EpochNow,
        Epochs = epochs,
        Step = Optimizer.Steps,
        SkippedSteps = _updater.Skipped,
        Loss = _updater.Loss,
        Training = round?.Training ?? _updater.Totals.ToEvaluation(),
        Round = round,
        LearningRate = Optimizer.LearningRate,
        GradientNorm = _updater.GradientNorm,
        TargetsPerSecond = 0,
        Elapsed = default,
        TimeLeft = default,
        Done = 0,
    };
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// Trains a model for a task, evaluates it, and predicts: the loop over <see cref="Bptt{T}"/>, loss, <see cref="GradientClipping"/> and
/// <see cref="Optimizer{T}"/> that a user would write, to the bit, with validation, early stopping, progress and checkpoints around it.
/// An instance is for one thread at a time, which is checked. What it calls during <see cref="Fit"/> (progress, checkpoints) may
/// evaluate, predict and take checkpoints with it, but not train or restore.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">What a source of batches gives.</typeparam>
public sealed class Trainer<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly TrainerParts<T, TBatch> _parts;
    private readonly Lazy<Evaluator<T, TBatch>> _evaluator;
    private readonly TrainerUse _use = new();
    private IBatchSource<TBatch>? _training, _validation;
    private bool _hasValidated;
    private bool _mustCompare;                  // until the best weights were evaluated on another validation

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
        options ??= new TrainerOptions<T>();
        options.Check(model);
        if (optimizer.Parameters != model.Parameters)
        {
            throw new ArgumentException("Expected an optimiser of the parameters of the model, but it is of another model.", nameof(optimizer));
        }

        if (task.Metrics.GroupBy(metric => metric.Name).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Expected metrics of different names, but two are called '{twice.Key}'.", nameof(task));
        }

        (Model, Task, Optimizer) = (model, task, optimizer);
        Bptt = new Bptt<T>(model, steps, batch, options.Bptt);
        task.Threads = optimizer.Threads = options.Bptt.Threads;
        _parts = new TrainerParts<T, TBatch>(this, options);
        _evaluator = new(() => new Evaluator<T, TBatch>(model, task, steps, batch, options));
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>What a batch means.</summary>
    public TrainingTask<T, TBatch> Task { get; }

    /// <summary>The optimiser, whose <see cref="Optimizer{T}.Steps"/> are the updates that its weights have had: fewer than <see
    /// cref="Steps"/> after a return to the best weights.</summary>
    public Optimizer<T> Optimizer { get; }

    /// <summary>What the training runs in: for a <see cref="GradientFlow{T}"/>, say.</summary>
    public Bptt<T> Bptt { get; }

    /// <summary>The updates done, those of a restored checkpoint and those that a return to the best weights has undone included.</summary>
    public long Steps => _parts.Updater.Steps;

    /// <summary>The epochs done.</summary>
    public int Epoch => _parts.State.Epoch;

    /// <summary>The rounds done.</summary>
    public IReadOnlyList<TrainingRound> History => _parts.History;

    /// <summary>
    /// Trains until so many epochs are done, those of calls before and of a restored checkpoint included. Where early stopping is an
    /// option, the model has the best weights in the end, unless it was cancelled; one more call goes on from those, with the optimiser
    /// and the average of their moment, and after an end by early stopping with patience anew. Losses on another validation than before
    /// are compared with that of the best weights on it.
    /// </summary>
    /// <param name="training">What is learned from, from its present position on, or from that of a restored checkpoint.</param>
    /// <param name="validation">
    /// What is evaluated at the end of every round, each time the same epoch of it; null for no validation.
    /// </param>
    /// <param name="epochs">The epochs, 1 or more.</param>
    /// <param name="progress">Takes reports, on this thread if it is no <see cref="Progress{T}"/>.</param>
    /// <param name="cancellationToken">Ends the training between two updates, in a state in which a checkpoint is taken.</param>
    /// <exception cref="NonFiniteException">
    /// A loss or gradient is NaN or infinite; the model has the weights of the update before.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A batch does not fit the model, which is told of the validation before the first update; the position of the checkpoint does not
    /// fit the source; or no target counts in an epoch of a source.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within another call of it.
    /// </exception>
    public TrainingResult Fit(
        IBatchSource<TBatch> training,
        IBatchSource<TBatch>? validation = null,
        int epochs = 1,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRange.ThrowIfLessThan(epochs, 1);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Fit);
        if (_training is null && _parts.State.Position is BatchPosition position)
        {
            training.Position = position;
        }

        _training = training;
        TrainingRun<T, TBatch> run = new(_parts, training, validation, epochs, progress, cancellationToken);
        StopReason end = run.Run(compares: BeginCall(validation), compared: () => _mustCompare = false);
        _parts.State.End = end == StopReason.Cancelled ? null : end;
        long steps = Steps;
        if (end == StopReason.Cancelled)
        {
            _parts.Options.Checkpoints?.Invoke(Checkpoint());
        }
        else
        {
            _parts.RestoreBest();
        }

        TrainingRound? best = History.Where(round => double.IsFinite(round.Loss)).MinBy(round => round.Loss);
        return new TrainingResult(end, steps, _parts.Updater.Skipped, [.. History], best);
    }

    /// <summary>
    /// Evaluates the weights that the model holds, over the present epoch of a source from its beginning; the source is left where it was.
    /// </summary>
    /// <exception cref="MalformedDataException">An input or a target is NaN or infinite; it tells the row and the column.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within an evaluation or prediction.
    /// </exception>
    public Evaluation Evaluate(IBatchSource<TBatch> source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Evaluate);
        _parts.Updater.Totals.Exchange();
        try
        {
            return _evaluator.Value.Evaluate(source, cancellationToken);
        }
        finally
        {
            _parts.Updater.Totals.Exchange();
        }
    }

    /// <summary>What the model predicts for a batch. States are carried or reset by the task, apart from those of the training.</summary>
    /// <returns>As <see cref="TrainingTask{T, TBatch}.Predict"/>; valid until the next call.</returns>
    /// <exception cref="MalformedDataException">An input is NaN or infinite; it tells the row and the column.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within an evaluation or prediction.
    /// </exception>
    public ReadOnlySpan<T> Predict(TBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Predict);
        return _evaluator.Value.Predict(batch);
    }

    /// <summary>
    /// What the model predicts for every batch of the present epoch of a source from its beginning; the source is left where it was.
    /// </summary>
    /// <param name="source">The batches.</param>
    /// <param name="use">Takes each batch and its predictions, which are valid during the call.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="MalformedDataException">An input is NaN or infinite; it tells the row and the column.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within an evaluation or prediction.
    /// </exception>
    public void Predict(IBatchSource<TBatch> source, Action<TBatch, ReadOnlySpan<T>> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(use);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Predict);
        _evaluator.Value.ForEach(source, use, withTargets: false, cancellationToken);
    }

    /// <summary>
    /// Brings back the weights with the lowest loss, as they were validated (where there is an average, that of then), with the optimiser
    /// and the average of their moment. The learning rate, the plateau, patience, history and the place in the data stay as they are.
    /// </summary>
    /// <returns>Whether there are any: after the first round, with <see cref="TrainerOptions{T}.EarlyStopping"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within another call of it.
    /// </exception>
    public bool RestoreBest()
    {
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Restore);
        return _parts.RestoreBest();
    }

    /// <summary>
    /// All that a trainer with the same model, task, options and data needs to go on as if there had been no end, to the bit:
    /// docs/training.md lists it. To be taken between updates, as <see cref="TrainerOptions{T}.Checkpoints"/> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Gradients of batches wait for more, the model holds an average, another thread is using the trainer, or this is called from within
    /// an evaluation.
    /// </exception>
    public Checkpoint<T> Checkpoint()
    {
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Checkpoint);
        if (_parts.Updater.IsPending)
        {
            throw new InvalidOperationException("Expected a checkpoint between updates, but gradients of batches wait for more.");
        }

        _parts.State.Position = _training?.Position ?? _parts.State.Position;
        return TrainerCheckpoint.Create(_parts);
    }

    /// <summary>
    /// Goes on where the trainer was that a checkpoint is of, with the next call of <see cref="Fit"/>. On any error this one is as it
    /// was.
    /// </summary>
    /// <exception cref="ArgumentException">It is of another model, optimiser or task; the message says in what it differs.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within another call of it.
    /// </exception>
    public void Restore(Checkpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Restore);
        TrainerCheckpoint.Restore(checkpoint, _parts);
        (_training, _validation, _hasValidated) = (null, null, false);
    }

    internal void CheckValidation(IBatchSource<TBatch> validation, CancellationToken stop) => _evaluator.Value.Check(validation, stop);

    /// <summary>Has patience begin anew where it had come to its end.</summary>
    /// <returns>Whether the losses to come may be of another validation than the best one so far.</returns>
    private bool BeginCall(IBatchSource<TBatch>? validation)
    {
        bool compares = _parts.Best is { Loss: < double.PositiveInfinity } && (
            _mustCompare || (_hasValidated ? validation != _validation : _parts.State.End != null && validation != null));
        (_validation, _hasValidated, _mustCompare) = (validation, true, compares);
        if (_parts.State.End == StopReason.EarlyStopping)
        {
            _parts.Best?.BeginAnew();
        }

        _parts.State.End = null;

        return compares;
    }
}

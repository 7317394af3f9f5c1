using System.Diagnostics;
using System.Numerics;

namespace Lstm;

/// <summary>
/// Trains a model for a task, evaluates it, and predicts. It computes, to the bit, what a user's own loop over <see cref="Bptt{T}"/>, loss,
/// <see cref="GradientClipping"/> and <see cref="Optimizer{T}"/> would, and adds validation, early stopping, progress and checkpoints. An
/// instance is for one thread at a time, which is checked. The code that it calls during <see cref="Fit"/> (progress, checkpoints) may
/// evaluate, predict and take checkpoints with it, but not train or restore.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">The type of the batches that a source gives.</typeparam>
public sealed class Trainer<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly Lazy<Evaluator<T, TBatch>> _evaluator;
    private readonly TrainerUse _use = new();
    private IBatchSource<TBatch>? _training, _validation;
    private bool _hasValidated;
    private bool _mustCompare;                  // until the best weights have been evaluated on another validation

    /// <summary>Creates a trainer of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task, which says what a batch means.</param>
    /// <param name="optimizer">An optimiser of the model's parameters.</param>
    /// <param name="steps">T, the largest number of steps of a batch.</param>
    /// <param name="batch">B, the number of sequences of a batch.</param>
    /// <param name="options">The schedule, clipping, early stopping, checkpoints and more; default: null, for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or an option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// The optimiser or the average belongs to another model, two metrics have the same name, or options cannot be combined.
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
            throw new ArgumentException(
                "Expected an optimiser of the parameters of the model, but it is of another model.", nameof(optimizer));
        }

        if (task.Metrics.GroupBy(metric => metric.Name).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Expected metrics of different names, but two are called '{twice.Key}'.", nameof(task));
        }

        (Model, Task, Optimizer, Options) = (model, task, optimizer, options);
        Bptt = new Bptt<T>(model, steps, batch, options.Bptt);
        task.Threads = optimizer.Threads = options.Bptt.Threads;
        Updater = new(this);
        Best = options.EarlyStopping is EarlyStopping stopping ? new(model.Parameters, stopping, optimizer, options.Average) : null;
        _evaluator = new(() => new Evaluator<T, TBatch>(this));
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>The task, which says what a batch means.</summary>
    public TrainingTask<T, TBatch> Task { get; }

    /// <summary>
    /// The optimiser. Its <see cref="Optimizer{T}.Steps"/> are the updates that its weights have had: fewer than <see cref="Steps"/> after
    /// a return to the best weights.
    /// </summary>
    public Optimizer<T> Optimizer { get; }

    /// <summary>The <see cref="Bptt{T}"/> in which the training runs, for a <see cref="GradientFlow{T}"/>, say.</summary>
    public Bptt<T> Bptt { get; }

    /// <summary>
    /// The number of updates done, including those of a restored checkpoint and those that a return to the best weights has undone.
    /// </summary>
    public long Steps => Optimizer.Steps + State.StepsUndone;

    /// <summary>The number of epochs done.</summary>
    public int Epoch => State.Epoch;

    /// <summary>The rounds done.</summary>
    public IReadOnlyList<TrainingRound> History => Rounds;

    internal List<TrainingRound> Rounds { get; } = [];

    internal TrainerOptions<T> Options { get; }

    internal Updater<T, TBatch> Updater { get; }

    internal BestWeights<T>? Best { get; set; }

    internal RunState State { get; set; } = new();

    /// <summary>The time of the present round in calls of Fit, from the beginning of the round or from its restoration.</summary>
    internal Stopwatch RoundTime { get; } = new();

    internal double RoundSeconds => State.RoundSeconds + RoundTime.Elapsed.TotalSeconds;

    /// <summary>
    /// Trains until <paramref name="epochs"/> epochs are done, including those of earlier calls and of a restored checkpoint. With early
    /// stopping as an option, the model has the best weights in the end, unless the training was cancelled. The next call goes on from
    /// these weights, with the optimiser and the average of their moment, and with patience anew if early stopping ended this call. Where
    /// the validation is another one than before, its losses are compared with that of the best weights on it.
    /// </summary>
    /// <param name="training">
    /// The batches to learn from, beginning at the present position of the source, or at that of a restored checkpoint.
    /// </param>
    /// <param name="validation">
    /// The batches to evaluate at the end of every round, each time the same epoch; default: null, for no validation.
    /// </param>
    /// <param name="epochs">The number of epochs, 1 or more; default: 1.</param>
    /// <param name="progress">The receiver of reports. It is called on this thread, unless it is a <see cref="Progress{T}"/>.</param>
    /// <param name="cancellationToken">The token that ends the training between two updates; a checkpoint is then taken.</param>
    /// <exception cref="NonFiniteException">
    /// A loss or a gradient is NaN or infinite; the model has the weights of the previous update.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A batch does not fit the model, which is checked for the validation before the first update; the position of the checkpoint does not
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
        if (_training is null && State.Position is BatchPosition position)
        {
            training.Position = position;
        }

        _training = training;
        TrainingRun<T, TBatch> run = new(this, training, validation, epochs, progress, cancellationToken);
        StopReason end = run.Run(compares: BeginCall(validation), compared: () => _mustCompare = false);
        State.End = end == StopReason.Cancelled ? null : end;
        long steps = Steps;
        if (end == StopReason.Cancelled)
        {
            Options.Checkpoints?.Invoke(Checkpoint());
        }
        else
        {
            GoBackToBest();
        }

        TrainingRound? best = History.Where(round => double.IsFinite(round.Loss)).MinBy(round => round.Loss);
        return new TrainingResult(end, steps, Updater.Skipped, [.. History], best);
    }

    /// <summary>
    /// Evaluates the weights that the model holds, over the present epoch of a source from its beginning. The position of the source stays
    /// as it was.
    /// </summary>
    /// <exception cref="MalformedDataException">
    /// An input or a target is NaN or infinite; the message names the row and the column.
    /// </exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within an evaluation or prediction.
    /// </exception>
    public Evaluation Evaluate(IBatchSource<TBatch> source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Evaluate);
        Updater.Totals.Exchange();
        try
        {
            return _evaluator.Value.Evaluate(source, cancellationToken);
        }
        finally
        {
            Updater.Totals.Exchange();
        }
    }

    /// <summary>
    /// Returns what the model predicts for a batch. The task carries or resets the states, which are not those of the training.
    /// </summary>
    /// <returns>The predictions, as from <see cref="TrainingTask{T, TBatch}.Predict"/>; valid until the next call.</returns>
    /// <exception cref="MalformedDataException">An input is NaN or infinite; the message names the row and the column.</exception>
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
    /// Predicts every batch of the present epoch of a source, from its beginning. The position of the source stays as it was.
    /// </summary>
    /// <param name="source">The batches.</param>
    /// <param name="use">The function that takes each batch and its predictions, which are valid during the call.</param>
    /// <param name="cancellationToken">The token that ends the loop between two batches.</param>
    /// <exception cref="MalformedDataException">An input is NaN or infinite; the message names the row and the column.</exception>
    /// <exception cref="OperationCanceledException">The prediction was cancelled.</exception>
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
    /// Restores the weights with the lowest loss, as they were validated (the average of that time, where there is one), with the optimiser
    /// and the average of their moment. The learning rate, the plateau, the patience, the history and the position in the data stay as they
    /// are.
    /// </summary>
    /// <returns>Whether there are such weights, as after the first round with <see cref="TrainerOptions{T}.EarlyStopping"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within another call of it.
    /// </exception>
    public bool RestoreBest()
    {
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Restore);
        return GoBackToBest();
    }

    /// <summary>
    /// Takes a checkpoint: all that a trainer with the same model, task, options and data needs to go on as if there had been no end, to
    /// the bit. docs/training.md lists it. Call this between updates, as <see cref="TrainerOptions{T}.Checkpoints"/> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Gradients of batches are waiting for further batches, the model holds an average, another thread is using the trainer, or this is
    /// called from within an evaluation.
    /// </exception>
    public Checkpoint<T> Checkpoint()
    {
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Checkpoint);
        if (Updater.IsPending)
        {
            throw new InvalidOperationException(
                "Expected a checkpoint between updates, but gradients of batches are waiting for further batches.");
        }

        State.Position = _training?.Position ?? State.Position;
        return TrainerCheckpoint<T, TBatch>.Create(this);
    }

    /// <summary>
    /// Restores a checkpoint, so that the next call of <see cref="Fit"/> goes on from it. On any error this trainer is left as it was.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The checkpoint belongs to another model, optimiser or task; the message says how it differs.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is using the trainer, or this is called from within another call of it.
    /// </exception>
    public void Restore(Checkpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        using TrainerUse.Entry entry = _use.Enter(TrainerUse.Calls.Restore);
        TrainerCheckpoint<T, TBatch>.Restore(checkpoint, this);
        (_training, _validation, _hasValidated) = (null, null, false);
    }

    internal void CheckValidation(IBatchSource<TBatch> validation, CancellationToken stop) => _evaluator.Value.Check(validation, stop);

    /// <summary>Lets patience begin anew where it had come to its end.</summary>
    /// <returns>Whether the losses to come may belong to another validation than the best loss so far.</returns>
    private bool BeginCall(IBatchSource<TBatch>? validation)
    {
        bool compares = Best is { Loss: < double.PositiveInfinity } && (
            _mustCompare || (_hasValidated ? validation != _validation : State.End != null && validation != null));
        (_validation, _hasValidated, _mustCompare) = (validation, true, compares);
        if (State.End == StopReason.EarlyStopping)
        {
            Best?.BeginAnew();
        }

        State.End = null;
        return compares;
    }

    private bool GoBackToBest()
    {
        long before = Optimizer.Steps;
        bool isRestored = Best?.Apply() ?? false;
        State.StepsUndone += before - Optimizer.Steps;
        return isRestored;
    }
}

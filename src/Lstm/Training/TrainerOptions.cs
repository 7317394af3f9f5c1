using System.Numerics;

namespace Lstm;

/// <summary>The options of a <see cref="Trainer{T, TBatch}"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record TrainerOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The learning rate of each update; default: null, for that of the optimiser. The trainer reports the loss of every round to a
    /// <see cref="ReduceOnPlateau"/>.
    /// </summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>
    /// The limit of <see cref="GradientClipping.ByGlobalNorm"/> before each update; default: null, for none. Set at most one kind of
    /// clipping.
    /// </summary>
    public double? ClipByGlobalNorm { get; init; }

    /// <summary>The limit of <see cref="GradientClipping.ByNorm"/> before each update; default: null, for none.</summary>
    public double? ClipByNorm { get; init; }

    /// <summary>The limit of <see cref="GradientClipping.ByValue"/> before each update; default: null, for none.</summary>
    public double? ClipByValue { get; init; }

    /// <summary>
    /// The number of batches that an update learns from, as if they were one; default: 1. The gradient of the update is that of the mean
    /// over all their targets. At the end of an epoch there may be fewer batches.
    /// </summary>
    public int AccumulateBatches { get; init; } = 1;

    /// <summary>
    /// The number of updates after which training ends, including those before a checkpoint; default: null, for no such end.
    /// </summary>
    public long? MaxSteps { get; init; }

    /// <summary>
    /// The number of updates of a round; default: null, for rounds that are epochs. A round ends with a line of the history, which has the
    /// mean training loss and the validation, and the schedule and early stopping react to it.
    /// </summary>
    public long? RoundSteps { get; init; }

    /// <summary>
    /// The rule by which training ends before the last epoch and the best weights are restored; default: null, for neither.
    /// </summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// The average that takes in each update. Validations, and so the best weights, are those of the average. Default: null, for none.
    /// </summary>
    public WeightAverage<T>? Average { get; init; }

    /// <summary>The reaction to a loss or a gradient that is NaN or infinite; default: an exception.</summary>
    public NonFiniteHandling NonFinite { get; init; }

    /// <summary>The number of updates in a row that <see cref="NonFiniteHandling.SkipStep"/> may skip; default: 10.</summary>
    public int MaxSkipsInTurn { get; init; } = 10;

    /// <summary>
    /// The options of the training for threads, masks, memory and truncation. Loss, clipping and optimiser use no more threads than these.
    /// </summary>
    public BpttOptions Bptt { get; init; } = new();

    /// <summary>The largest number of steps of a batch in evaluations and predictions; default: null, for that of the training.</summary>
    public int? EvaluationSteps { get; init; }

    /// <summary>The number of sequences of a batch in evaluations and predictions; default: null, for that of the training.</summary>
    public int? EvaluationBatch { get; init; }

    /// <summary>
    /// The receiver of checkpoints, which is called at the end of every round, after every <see cref="CheckpointSteps"/> updates, and where
    /// training is cancelled; default: null, for none.
    /// </summary>
    public Action<Checkpoint<T>>? Checkpoints { get; init; }

    /// <summary>
    /// The number of updates from checkpoint to checkpoint, besides those at the ends of rounds; default: null, for those alone.
    /// </summary>
    public long? CheckpointSteps { get; init; }

    /// <summary>
    /// The shortest time between two reports of progress, where zero means a report of every update; default: 100 ms. The report at the end
    /// of a round is always made.
    /// </summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <exception cref="ArgumentException">An option is out of its range, or cannot be combined with another.</exception>
    internal void Check(Sequential<T> model)
    {
        Limit(ClipByGlobalNorm, nameof(ClipByGlobalNorm));
        Limit(ClipByNorm, nameof(ClipByNorm));
        Limit(ClipByValue, nameof(ClipByValue));
        if (new[] { ClipByGlobalNorm, ClipByNorm, ClipByValue }.Count(limit => limit != null) > 1)
        {
            throw new ArgumentException("Expected at most one kind of clipping.");
        }

        Representable.Member(NonFinite, nameof(NonFinite), nameof(NonFinite));
        Arguments.AtLeast(1, AccumulateBatches, nameof(AccumulateBatches));
        Arguments.AtLeast(0, MaxSteps ?? 0, nameof(MaxSteps));
        Arguments.AtLeast(1, RoundSteps ?? 1, nameof(RoundSteps));
        Arguments.AtLeast(0, MaxSkipsInTurn, nameof(MaxSkipsInTurn));
        Arguments.AtLeast(1, EvaluationSteps ?? 1, nameof(EvaluationSteps));
        Arguments.AtLeast(1, EvaluationBatch ?? 1, nameof(EvaluationBatch));
        Arguments.AtLeast(1, CheckpointSteps ?? 1, nameof(CheckpointSteps));
        Arguments.AtLeast(1, EarlyStopping?.Patience ?? 1, nameof(Lstm.EarlyStopping.Patience));
        Arguments.NonNegative(EarlyStopping?.MinImprovement ?? 0, nameof(Lstm.EarlyStopping.MinImprovement));
        ArgumentOutOfRange.ThrowIfLessThan(ProgressInterval, TimeSpan.Zero, nameof(ProgressInterval));
        ArgumentNullException.ThrowIfNull(Bptt, nameof(Bptt));
        if (Bptt.ForwardOnly)
        {
            throw new ArgumentException($"Expected options of a {nameof(Bptt)} for training, but it is {nameof(BpttOptions.ForwardOnly)}.");
        }

        if (Average != null && !Average.IsOf(model.Parameters))
        {
            throw new ArgumentException(
                $"Expected an {nameof(Average)} of the parameters of the model that is trained, but it is of another model.");
        }
    }

    private static void Limit(double? limit, string name)
    {
        if (limit is double number)
        {
            Representable.Positive<T>(number, name, name);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TrainerOptions<>), PrintMembers);
}

using System.Numerics;

namespace Lstm;

/// <summary>The options of a <see cref="Trainer{T, TBatch}"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record TrainerOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The learning rate of each update; null for that of the optimiser. A <see cref="ReduceOnPlateau"/> has the loss of every round reported.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary><see cref="GradientClipping.ByGlobalNorm"/> before each update. At most one kind of clipping is to be set.</summary>
    public double? ClipByGlobalNorm { get; init; }

    /// <summary><see cref="GradientClipping.ByNorm"/> before each update.</summary>
    public double? ClipByNorm { get; init; }

    /// <summary><see cref="GradientClipping.ByValue"/> before each update.</summary>
    public double? ClipByValue { get; init; }

    /// <summary>
    /// How many batches an update learns from, as if they were one: its gradient is that of the mean over all their targets. At the end of an epoch
    /// there may be fewer.
    /// </summary>
    public int AccumulateBatches { get; init; } = 1;

    /// <summary>The updates after which training ends, those before a checkpoint included; null for no such end.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>
    /// The updates of a round, which ends with a line of the history: the mean training loss, the validation, the notice that schedule and early
    /// stopping take of them. Null, the default, for rounds that are epochs.
    /// </summary>
    public long? RoundSteps { get; init; }

    /// <summary>When to end before the last epoch, and whether to bring the best weights back; null for neither.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>An average that takes each update in, and which validations (and so the best weights) are of; null for none.</summary>
    public WeightAverage<T>? Average { get; init; }

    /// <summary>What is done about a loss or gradient that is NaN or infinite.</summary>
    public NonFiniteHandling NonFinite { get; init; }

    /// <summary>How many updates in turn may be skipped by <see cref="NonFiniteHandling.SkipStep"/>.</summary>
    public int MaxSkipsInTurn { get; init; } = 10;

    /// <summary>Threads, masks, memory and truncation of the training. Loss, clipping and optimiser have no more threads than these.</summary>
    public BpttOptions Bptt { get; init; } = new();

    /// <summary>The most steps of a batch of evaluations and predictions; null for those of the training.</summary>
    public int? EvaluationSteps { get; init; }

    /// <summary>The sequences of a batch of evaluations and predictions; null for those of the training.</summary>
    public int? EvaluationBatch { get; init; }

    /// <summary>Takes the checkpoints: at the end of every round, after every <see cref="CheckpointSteps"/> updates, and where training is cancelled.</summary>
    public Action<Checkpoint<T>>? Checkpoints { get; init; }

    /// <summary>The updates from checkpoint to checkpoint, besides those at the ends of rounds; null for those alone.</summary>
    public long? CheckpointSteps { get; init; }

    /// <summary>The least time between two reports of progress, but for that at the end of a round, which always is. Zero for a report of every update.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <exception cref="ArgumentException">An option is out of its range, or does not go with another.</exception>
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
            throw new ArgumentException($"Expected an {nameof(Average)} of the parameters of the model that is trained, but it is of another model.");
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

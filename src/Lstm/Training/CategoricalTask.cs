using System.Numerics;

namespace Lstm;

/// <summary>
/// A task whose targets are classes. Its loss is the <see cref="SoftmaxCrossEntropy"/> of logits. By default it measures accuracy.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">The type of the batches that a source gives.</typeparam>
public abstract class CategoricalTask<T, TBatch> : TrainingTask<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private T[] _naive = [];

    /// <summary>Creates a task that measures the accuracy.</summary>
    protected CategoricalTask()
    {
        Metrics = [new Accuracy()];
    }

    /// <summary>The target that counts nowhere; default: null, for none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>
    /// The share of the target, in [0, 1], that is spread evenly over all classes in training; default: 0. Evaluations compute the loss
    /// without it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public double LabelSmoothing
    {
        get;
        init
        {
            if (value is not (>= 0 and <= 1))
            {
                throw ArgumentOutOfRange.Error(nameof(value), value, "Expected a share in [0, 1].");
            }

            Representable.Number<T>(value, nameof(LabelSmoothing), nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// The number of times that each class is a target in the training data. The naive prediction consists of these frequencies alone (each
    /// count plus one, so that no class is impossible). Default: null, for no naive prediction.
    /// </summary>
    /// <exception cref="ArgumentException">There is no class, or a count is negative.</exception>
    public IReadOnlyList<long>? ClassCounts
    {
        get;
        init => field = value is null || (value.Count > 0 && value.All(count => count >= 0))
            ? value
            : throw new ArgumentException("Expected a count of 0 or more for each of one or more classes.", nameof(value));
    }

    /// <summary>Returns the targets of a batch, for <see cref="StepsOf"/>.</summary>
    protected abstract ReadOnlySpan<int> TargetsOf(TBatch batch);

    /// <summary>Returns the steps of a batch that count.</summary>
    protected abstract LossSteps StepsOf(TBatch batch);

    /// <inheritdoc/>
    public override ReadOnlySpan<T> PredictNaively(TBatch batch)
    {
        if (ClassCounts is null)
        {
            return [];
        }

        int classes = ClassCounts.Count, rows = StepsOf(batch).Rows(otherwise: TargetsOf(batch).Length);
        if (_naive.Length < rows * classes)
        {
            double total = ClassCounts.Sum(count => count + 1.0);
            T[] logits = [.. ClassCounts.Select(count => T.CreateTruncating(Math.Log((count + 1) / total)))];
            _naive = [.. Enumerable.Repeat(logits, rows).SelectMany(row => row)];
        }

        return _naive.AsSpan(0, rows * classes);
    }

    /// <inheritdoc/>
    public override BatchLoss Evaluate(ReadOnlySpan<T> predictions, TBatch batch, Span<T> gradient) => new(
        SoftmaxCrossEntropy.Evaluate(
            predictions, TargetsOf(batch), gradient, Reduction.Mean, IgnoreIndex, gradient.IsEmpty ? 0 : LabelSmoothing, StepsOf(batch),
            Threads),
        WeightOf(TargetsOf(batch), StepsOf(batch)));

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<T> predictions, TBatch batch, BatchLoss loss)
    {
        base.Measure(predictions, batch, LabelSmoothing > 0 ? Evaluate(predictions, batch, []) : loss);
        for (int k = 0; k < Metrics.Count; k++)
        {
            (Metrics[k] as ClassMetric)?.Add(predictions, TargetsOf(batch), IgnoreIndex, StepsOf(batch));
        }
    }

    private double WeightOf(ReadOnlySpan<int> targets, LossSteps steps)
    {
        if (steps.IsEverything)
        {
            return targets.Length - (IgnoreIndex is int ignored ? targets.Count(ignored) : 0);
        }

        double total = 0;
        for (int row = 0; row < steps.Rows(otherwise: 0); row++)
        {
            double weight = steps.Weight(row);
            total += weight > 0 && targets[steps.Target(row)] != IgnoreIndex ? weight : 0;
        }

        return total;
    }
}

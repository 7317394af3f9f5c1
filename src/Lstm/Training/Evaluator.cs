using System.Numerics;

namespace Lstm;

/// <summary>Runs a model over the batches of a source, without learning from them.</summary>
internal sealed class Evaluator<T, TBatch>(Trainer<T, TBatch> trainer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly TrainingTask<T, TBatch> _task = trainer.Task;
    private readonly Bptt<T> _bptt = new(
        trainer.Model,
        trainer.Options.EvaluationSteps ?? trainer.Bptt.Steps,
        trainer.Options.EvaluationBatch ?? trainer.Bptt.Batch,
        new() { Threads = trainer.Options.Bptt.Threads, Recompute = trainer.Options.Bptt.Recompute, ForwardOnly = true });

    private string Sizes =>
        $"{nameof(TrainerOptions<>.EvaluationBatch)} = {_bptt.Batch} sequences and {nameof(TrainerOptions<>.EvaluationSteps)} = "
        + $"{_bptt.Steps} steps (options of the trainer; default: the sizes of the training)";

    public static ArgumentException WithoutTargets(IBatchSource<TBatch> source, string name) => new(
        $"Expected a source of which at least one target counts, but in an epoch of its {source.BatchesPerEpoch} batches none does.", name);

    public ReadOnlySpan<T> Predict(TBatch batch) => Predict(batch, withTargets: false);

    /// <summary>
    /// Checks whether a validation can be evaluated at all: its sizes, and whether any target counts. It takes no batch from the source.
    /// </summary>
    /// <exception cref="ArgumentException">The validation cannot be evaluated.</exception>
    public void Check(IBatchSource<TBatch> validation, CancellationToken stop)
    {
        BatchFit.CheckSteps(validation, _bptt.Steps, nameof(validation), $"those of {Sizes}");
        if (validation is not IPeekable<TBatch> source)
        {
            return;
        }

        // A custom source may do anything when it is asked for a batch, so it is not asked before its time.
        BatchPosition first = validation.Position with { Batch = 0 };
        for (int k = 0; k < validation.BatchesPerEpoch; k++)
        {
            stop.ThrowIfCancellationRequested();
            TBatch batch = source.Peek(first with { Batch = k });
            ReadOnlySpan<T> predictions = PredictOf(batch);
            CheckNaive(_task.PredictNaively(batch).Length, predictions.Length);
            if (_task.Evaluate(predictions, batch, []).Weight > 0)
            {
                return;
            }
        }

        throw WithoutTargets(validation, nameof(validation));
    }

    /// <summary>
    /// Goes through the present epoch of a source from its beginning, and leaves the position of the source as it was. With
    /// <paramref name="withTargets"/>, the targets have to be finite, too.
    /// </summary>
    public void ForEach(IBatchSource<TBatch> source, Action<TBatch, ReadOnlySpan<T>> use, bool withTargets, CancellationToken stop)
    {
        BatchPosition before = source.Position;
        source.Position = before with { Batch = 0 };
        _bptt.ResetState();
        try
        {
            while (source.NextBatch() is { } batch)
            {
                stop.ThrowIfCancellationRequested();
                use(batch, Predict(batch, withTargets));
            }
        }
        finally
        {
            source.Position = before;
        }
    }

    public Evaluation Evaluate(IBatchSource<TBatch> source, CancellationToken stop)
    {
        LossTotals totals = new(_task.Metrics), naive = new(_task.Metrics);
        totals.Reset();
        ForEach(
            source,
            (batch, predictions) =>
            {
                Measure(predictions, batch, totals);
                ReadOnlySpan<T> naivePredictions = _task.PredictNaively(batch);
                CheckNaive(naivePredictions.Length, predictions.Length);
                if (!naivePredictions.IsEmpty)
                {
                    totals.Exchange();
                    Measure(naivePredictions, batch, naive);
                    totals.Exchange();
                }
            },
            withTargets: true,
            stop);

        totals.Exchange();
        Evaluation? baseline = naive.Weight > 0 ? naive.ToEvaluation() : null;
        totals.Exchange();
        return totals.ToEvaluation(baseline);
    }

    private static void CheckNaive(int length, int expected)
    {
        if (length != 0 && length != expected)
        {
            throw new InvalidOperationException(
                $"Expected naive predictions in the shape of the model's, {expected} numbers, but the task gives {length}: "
                + "a task for classes needs ClassCounts of as many classes as the model has outputs.");
        }
    }

    private ReadOnlySpan<T> Predict(TBatch batch, bool withTargets)
    {
        if ((batch as IBatchNumbers)?.FindNonFinite(withTargets) is BatchNumber number)
        {
            throw number.ToException();
        }

        return PredictOf(batch);
    }

    private ReadOnlySpan<T> PredictOf(TBatch batch)
    {
        try
        {
            _task.Forward(_bptt, batch);
        }
        catch (ArgumentException error) when (error is not (MalformedDataException or ArgumentNullException))
        {
            throw new ArgumentException($"Expected a batch that fits {Sizes}: {error.Message}", nameof(batch), error);
        }

        if (batch is not IBatchNumbers && _bptt.Unrolling.FindNonFiniteInput() is (int step, int sequence, int feature, T value))
        {
            throw new MalformedDataException(
                $"Expected a finite number as {BatchNumber.Input}, but got {value}.", nameof(batch), sequence, step, feature);
        }

        return _task.Predict(_bptt.Output, batch);
    }

    private void Measure(ReadOnlySpan<T> predictions, TBatch batch, LossTotals totals)
    {
        BatchLoss loss = _task.Evaluate(predictions, batch, []);
        _task.Measure(predictions, batch, loss);
        totals.Add(loss);
    }
}

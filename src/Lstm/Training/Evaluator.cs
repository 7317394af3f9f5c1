using System.Numerics;

namespace Lstm;

/// <summary>Runs a model over the batches of a source, without learning from them.</summary>
internal sealed class Evaluator<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    private readonly TrainingTask<T, TBatch> _task;
    private readonly Bptt<T> _bptt;

    public Evaluator(Sequential<T> model, TrainingTask<T, TBatch> task, int steps, int batch, TrainerOptions<T> options)
    {
        _task = task;
        _bptt = new Bptt<T>(
            model,
            options.EvaluationSteps ?? steps,
            options.EvaluationBatch ?? batch,
            new() { Threads = options.Bptt.Threads, Recompute = options.Bptt.Recompute, ForwardOnly = true });
    }

    public ReadOnlySpan<T> Predict(TBatch batch)
    {
        _task.Forward(_bptt, batch);
        return _task.Predict(_bptt.Output, batch);
    }

    /// <summary>Goes through the present epoch of a source from its beginning, and leaves the source where it was.</summary>
    public void ForEach(IBatchSource<TBatch> source, Action<TBatch, ReadOnlySpan<T>> use, CancellationToken stop)
    {
        BatchPosition before = source.Position;
        source.Position = before with { Batch = 0 };
        _bptt.ResetState();
        try
        {
            while (source.NextBatch() is { } batch)
            {
                stop.ThrowIfCancellationRequested();
                use(batch, Predict(batch));
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
                if (!naivePredictions.IsEmpty)
                {
                    CheckNaive(naivePredictions.Length, predictions.Length);
                    totals.Exchange();
                    Measure(naivePredictions, batch, naive);
                    totals.Exchange();
                }
            },
            stop);

        totals.Exchange();
        Evaluation? baseline = naive.Weight > 0 ? naive.ToEvaluation() : null;
        totals.Exchange();
        return totals.ToEvaluation(baseline);
    }

    private static void CheckNaive(int length, int expected)
    {
        if (length != expected)
        {
            throw new InvalidOperationException(
                $"Expected naive predictions in the shape of the model's, {expected} numbers, but the task gives {length}: "
                + "a task for classes needs ClassCounts of as many classes as the model has outputs.");
        }
    }

    private void Measure(ReadOnlySpan<T> predictions, TBatch batch, LossTotals totals)
    {
        BatchLoss loss = _task.Evaluate(predictions, batch, []);
        _task.Measure(predictions, batch, loss);
        totals.Add(loss);
    }
}

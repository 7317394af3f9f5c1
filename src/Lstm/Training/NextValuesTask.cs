using System.Numerics;

namespace Lstm;

/// <summary>
/// A task that predicts the next step of sequences of vectors at every step, with <see cref="PaddedBatchOptions.PredictNext"/>. In music,
/// for example, the vectors are the keys that are down (<see cref="RegressionLoss.SigmoidCrossEntropy"/>); for measurements, the naive
/// prediction is that nothing changes.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NextValuesTask<T> : TrainingTask<T, PaddedBatch<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a task that measures accuracy and F1 of yes-or-no targets, MAE and RMSE of others.</summary>
    /// <param name="loss">The loss; default: null, for the squared error.</param>
    public NextValuesTask(RegressionLoss? loss = null)
    {
        Loss = loss ?? RegressionLoss.SquaredError;
        Metrics = IsOfLogits ? [new BinaryAccuracy(), new BinaryF1()] : [new MeanAbsoluteError(), new RootMeanSquaredError()];
    }

    /// <summary>The loss.</summary>
    public RegressionLoss Loss { get; }

    private bool IsOfLogits => Loss == RegressionLoss.SigmoidCrossEntropy;

    /// <inheritdoc/>
    public override void Forward(Bptt<T> bptt, PaddedBatch<T> batch) => BatchFit.Forward(bptt, batch);

    /// <inheritdoc/>
    public override ReadOnlySpan<T> PredictNaively(PaddedBatch<T> batch) => IsOfLogits ? [] : batch.Inputs;

    /// <inheritdoc/>
    public override BatchLoss Evaluate(ReadOnlySpan<T> predictions, PaddedBatch<T> batch, Span<T> gradient)
    {
        LossSteps steps = LossSteps.All(batch.Steps, batch.Lengths);
        return new(Loss.Evaluate(predictions, batch.Targets, gradient, steps), (double)steps.TotalWeight(steps.Rows(otherwise: 0)).Total);
    }

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<T> predictions, PaddedBatch<T> batch, BatchLoss loss)
    {
        base.Measure(predictions, batch, loss);
        for (int k = 0; k < Metrics.Count; k++)
        {
            (Metrics[k] as RegressionMetric)?.Add(predictions, batch.Targets, LossSteps.All(batch.Steps, batch.Lengths));
        }
    }
}

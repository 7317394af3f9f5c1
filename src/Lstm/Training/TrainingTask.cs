using System.Numerics;

namespace Lstm;

/// <summary>
/// What a batch means: how a model is run over it, which loss its outputs have, and how good they are. The same parts serve a loop of your own:
/// <code>
/// task.Forward(bptt, batch);
/// BatchLoss loss = task.Evaluate(task.Predict(bptt.Output, batch), batch, bptt.OutputGradient);
/// bptt.Backward();
/// </code>
/// Derive from it for a task of your own. A task holds buffers and sums, and is for one trainer at a time. Nothing in it may allocate in every batch.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">What a source of batches gives.</typeparam>
public abstract class TrainingTask<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    /// <summary>The largest number of threads that a loss is shared among; 0 for one per processor. A trainer sets it to that of its <see cref="BpttOptions"/>.</summary>
    public int Threads { get; internal set; }

    /// <summary>What is measured beside the loss; names differ.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Runs the model over a batch: carries its states on, or resets them before.</summary>
    public abstract void Forward(Bptt<T> bptt, TBatch batch);

    /// <summary>What the outputs of a model predict, in the form and unit of the targets: the outputs themselves unless overridden.</summary>
    /// <param name="outputs">[steps, batch, outputSize], as <see cref="Bptt{T}.Output"/>.</param>
    /// <param name="batch">The batch that they are of.</param>
    /// <returns>Valid until the next call of this or of <see cref="PredictNaively"/>.</returns>
    public virtual ReadOnlySpan<T> Predict(ReadOnlySpan<T> outputs, TBatch batch) => outputs;

    /// <summary>What can be predicted without a model, in the form of <see cref="Predict"/>; empty, unless overridden, where there is no such.</summary>
    public virtual ReadOnlySpan<T> PredictNaively(TBatch batch) => [];

    /// <summary>The loss of predictions, and its gradient with respect to the outputs of the model.</summary>
    /// <param name="predictions">From <see cref="Predict"/> or <see cref="PredictNaively"/>.</param>
    /// <param name="batch">The batch that they are of.</param>
    /// <param name="gradient">
    /// [steps, batch, outputSize], as <see cref="Bptt{T}.OutputGradient"/>: 0 before the first window, and set to the gradient of the mean loss where
    /// that is not 0; empty for the loss alone, without what is only for training, such as smoothed labels.
    /// </param>
    public abstract BatchLoss Evaluate(ReadOnlySpan<T> predictions, TBatch batch, Span<T> gradient);

    /// <summary>Adds predictions to <see cref="Metrics"/>; unless overridden, their loss to each <see cref="LossMetric"/>.</summary>
    /// <param name="predictions">From <see cref="Predict"/> or <see cref="PredictNaively"/>.</param>
    /// <param name="batch">The batch that they are of.</param>
    /// <param name="loss">From <see cref="Evaluate"/>.</param>
    public virtual void Measure(ReadOnlySpan<T> predictions, TBatch batch, BatchLoss loss)
    {
        for (int k = 0; k < Metrics.Count; k++)
        {
            (Metrics[k] as LossMetric)?.Add(loss.Mean, loss.Weight);
        }
    }
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// A task gives a batch its meaning: how a model is run over it, which loss its outputs have, and how good they are. Its methods also serve
/// a loop of your own:
/// <code>
/// task.Forward(bptt, batch);
/// BatchLoss loss = task.Evaluate(task.Predict(bptt.Output, batch), batch, bptt.OutputGradient);
/// bptt.Backward();
/// </code>
/// Derive from this class to write a task of your own. A task holds buffers and sums, and is for one trainer at a time. It must not
/// allocate in every batch.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">The type of the batches that a source gives.</typeparam>
public abstract class TrainingTask<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    /// <summary>
    /// The largest number of threads among which a loss is shared; 0 for one per processor. A trainer sets it to that of its
    /// <see cref="BpttOptions"/>.
    /// </summary>
    public int Threads { get; internal set; }

    /// <summary>The metrics that are measured beside the loss; their names differ.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Runs the model over a batch. It carries the states of the model on, or resets them first.</summary>
    public abstract void Forward(Bptt<T> bptt, TBatch batch);

    /// <summary>
    /// Returns what the outputs of a model predict, in the form and unit of the targets; default: the outputs themselves.
    /// </summary>
    /// <param name="outputs">[steps, batch, outputSize], as <see cref="Bptt{T}.Output"/>.</param>
    /// <param name="batch">The batch that the outputs belong to.</param>
    /// <returns>The predictions, valid until the next call of this method or of <see cref="PredictNaively"/>.</returns>
    public virtual ReadOnlySpan<T> Predict(ReadOnlySpan<T> outputs, TBatch batch) => outputs;

    /// <summary>Returns predictions that need no model, in the form of <see cref="Predict"/>; default: empty, for none.</summary>
    public virtual ReadOnlySpan<T> PredictNaively(TBatch batch) => [];

    /// <summary>Computes the loss of predictions, and its gradient with respect to the outputs of the model.</summary>
    /// <param name="predictions">The predictions from <see cref="Predict"/> or <see cref="PredictNaively"/>.</param>
    /// <param name="batch">The batch that the predictions belong to.</param>
    /// <param name="gradient">
    /// [steps, batch, outputSize], as <see cref="Bptt{T}.OutputGradient"/>. It is 0 before the first window; set it to the gradient of the
    /// mean loss where that is not 0. Where it is empty, compute the loss alone, without what is only for training, such as smoothed
    /// labels.
    /// </param>
    public abstract BatchLoss Evaluate(ReadOnlySpan<T> predictions, TBatch batch, Span<T> gradient);

    /// <summary>Adds predictions to <see cref="Metrics"/>; default: adds their loss to each <see cref="LossMetric"/>.</summary>
    /// <param name="predictions">The predictions from <see cref="Predict"/> or <see cref="PredictNaively"/>.</param>
    /// <param name="batch">The batch that the predictions belong to.</param>
    /// <param name="loss">The loss from <see cref="Evaluate"/>.</param>
    public virtual void Measure(ReadOnlySpan<T> predictions, TBatch batch, BatchLoss loss)
    {
        for (int k = 0; k < Metrics.Count; k++)
        {
            (Metrics[k] as LossMetric)?.Add(loss.Mean, loss.Weight);
        }
    }
}

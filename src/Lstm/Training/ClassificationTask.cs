using System.Numerics;

namespace Lstm;

/// <summary>
/// A task that predicts the class of each sequence of vectors from the output of its last step. Above a <see cref="Bidirectional{T}"/>
/// layer, put a layer that runs forward: at the last step, the backward direction has read that step alone.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ClassificationTask<T> : CategoricalTask<T, PaddedBatch<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Forward(Bptt<T> bptt, PaddedBatch<T> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        BatchFit.Check(bptt, batch.Batch, batch.Features, nameof(batch));
        bptt.ResetState();
        bptt.Forward(batch.Inputs, batch.Lengths, batch.Steps);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<int> TargetsOf(PaddedBatch<T> batch) => batch.Labels;

    /// <inheritdoc/>
    protected override LossSteps StepsOf(PaddedBatch<T> batch) => LossSteps.Last(batch.Steps, batch.Lengths);
}

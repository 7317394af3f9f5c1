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
    public override void Forward(Bptt<T> bptt, PaddedBatch<T> batch) => BatchFit.Forward(bptt, batch);

    /// <inheritdoc/>
    protected override ReadOnlySpan<int> TargetsOf(PaddedBatch<T> batch) => batch.Labels;

    /// <inheritdoc/>
    protected override LossSteps StepsOf(PaddedBatch<T> batch) => LossSteps.Last(batch.Steps, batch.Lengths);
}

using System.Numerics;

namespace Lstm;

/// <summary>
/// A task that predicts the class of each sequence of token ids, such as a text, from the output of its last step. Above a
/// <see cref="Bidirectional{T}"/> layer, put a layer that runs forward: at the last step, the backward direction has read that step alone.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TokenClassificationTask<T> : CategoricalTask<T, PaddedBatch<int>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Forward(Bptt<T> bptt, PaddedBatch<int> batch) => BatchFit.ForwardTokens(bptt, batch);

    /// <inheritdoc/>
    protected override ReadOnlySpan<int> TargetsOf(PaddedBatch<int> batch) => batch.Labels;

    /// <inheritdoc/>
    protected override LossSteps StepsOf(PaddedBatch<int> batch) => LossSteps.Last(batch.Steps, batch.Lengths);
}

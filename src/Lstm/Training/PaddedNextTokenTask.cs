using System.Numerics;

namespace Lstm;

/// <summary>
/// A model of short texts, such as names: it predicts the next token at every step of sequences of tokens, each from its own beginning,
/// with <see cref="PaddedBatchOptions.PredictNext"/>. By default the task measures perplexity and accuracy.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PaddedNextTokenTask<T> : CategoricalTask<T, PaddedBatch<int>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a task that measures perplexity and accuracy.</summary>
    public PaddedNextTokenTask()
    {
        Metrics = [new Perplexity(), new Accuracy()];
    }

    /// <inheritdoc/>
    public override void Forward(Bptt<T> bptt, PaddedBatch<int> batch) => BatchFit.ForwardTokens(bptt, batch);

    /// <inheritdoc/>
    protected override ReadOnlySpan<int> TargetsOf(PaddedBatch<int> batch) => batch.Targets;

    /// <inheritdoc/>
    protected override LossSteps StepsOf(PaddedBatch<int> batch) => LossSteps.All(batch.Steps, batch.Lengths);
}

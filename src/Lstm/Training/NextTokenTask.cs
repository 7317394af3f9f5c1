using System.Numerics;

namespace Lstm;

/// <summary>
/// A language model: it predicts the next token at every step of the windows of <see cref="TokenWindows"/>. States are carried from window
/// to window and reset where the streams begin. By default the task measures perplexity and accuracy.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NextTokenTask<T> : CategoricalTask<T, TokenWindow>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a task that measures perplexity and accuracy.</summary>
    public NextTokenTask()
    {
        Metrics = [new Perplexity(), new Accuracy()];
    }

    /// <inheritdoc/>
    public override void Forward(Bptt<T> bptt, TokenWindow batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        BatchFit.Check(bptt, batch.Batch, nameof(batch));
        if (batch.Start == 0)
        {
            bptt.ResetState();
        }

        bptt.ForwardTokens(batch.Inputs, steps: batch.Steps);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<int> TargetsOf(TokenWindow batch) => batch.Targets;

    /// <inheritdoc/>
    protected override LossSteps StepsOf(TokenWindow batch) => default;
}

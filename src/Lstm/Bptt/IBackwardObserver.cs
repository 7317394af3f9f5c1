using System.Numerics;

namespace Lstm;

/// <summary>Sees the steps of a recurrent layer's backward pass. Workers call it at once, each for its own rows.</summary>
internal interface IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Before a stage of the cell's backward step, last stage first. At the last stage the gates are those of the forward pass, and the
    /// gradients of h and c are dh_next and dc_next from step t+1; at stage 0, all that this stage reads is set.
    /// </summary>
    void BeforeStage(int stage, in ObservedStep<T> step);

    /// <summary>After all stages and products: the gates are dA, and the gradients of h and c are dh_next and dc_next for step t-1.</summary>
    void AfterStep(in ObservedStep<T> step);

    /// <summary>After the last step, on the thread that called Backward.</summary>
    /// <param name="window">The window, or the segment of it.</param>
    /// <param name="inputGradient">[steps, batch, inputSize] in the order of the rows; empty where it is not computed.</param>
    void EndPass(Window window, ReadOnlySpan<T> inputGradient);
}

/// <summary>Some rows of one step.</summary>
internal readonly ref struct ObservedStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required RecurrentActivations<T> Activations { get; init; }

    public required Window Window { get; init; }

    /// <summary>t, from 0 in every segment.</summary>
    public required int Step { get; init; }

    /// <summary>The first row.</summary>
    public required int First { get; init; }

    public required int Rows { get; init; }

    /// <summary>[rows, R] dy.</summary>
    public required ReadOnlySpan<T> OutputGradient { get; init; }
}

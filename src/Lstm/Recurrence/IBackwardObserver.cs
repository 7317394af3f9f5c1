using System.Numerics;

namespace Lstm;

/// <summary>Observes the steps of a recurrent layer's backward pass. Workers call it concurrently, each for its own rows.</summary>
internal interface IBackwardObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Is called before the cell's backward step: the gates are those of the forward pass, and the gradients of the states are those of
    /// this step, dh including dy.
    /// </summary>
    void BeforeStep(in ObservedStep<T> step);

    /// <summary>Is called before stage 0, which comes last: all numbers that this stage reads are set.</summary>
    void BeforeFirstStage(in ObservedStep<T> step);

    /// <summary>Is called after all stages and products: the gates are dA, and the gradients of the states are those of step t-1.</summary>
    void AfterStep(in ObservedStep<T> step);

    /// <summary>Is called after the last step, on the thread that called Backward.</summary>
    /// <param name="window">The window, or a segment of it.</param>
    /// <param name="inputGradient">[steps, batch, inputSize] in the order of the rows; empty where it is not computed.</param>
    void EndPass(Window window, ReadOnlySpan<T> inputGradient);
}

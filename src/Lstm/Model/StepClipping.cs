namespace Lstm;

/// <summary>
/// Limits that hold within the backward pass of recurrent layers, at every step, so that gradients that go back through R cannot grow from
/// step to step (Graves, "Generating Sequences With Recurrent Neural Networks", 2013, section 2.1). Numbers beyond a limit are cut off, so
/// the gradient is no longer the true one; dc_next, which goes back through f, has no limit of its own. All other gradients follow from the
/// limited ones: those of W, R, biases, peepholes, gains and shifts, of the input and of the state before. Default: 0, no limit.
/// </summary>
public sealed record StepClipping
{
    /// <summary>
    /// The largest magnitude of an element of da, the gradient at the arguments of the gates' sigmoid and tanh, as in the paper. The limit
    /// is applied before da goes through a normalisation and before other gradients are computed from it.
    /// </summary>
    public double PreActivationGradient { get; init; }

    /// <summary>The largest magnitude of an element of dh_next, the gradient that goes on to the step before.</summary>
    public double HiddenGradient { get; init; }

    /// <summary>
    /// The largest Euclidean norm of da of every sequence. Where da is longer it is scaled down, with all that the step adds to the
    /// gradients of biases, peepholes, gains and shifts. This da is that at W x, of all gates together, so gradients that the gates have
    /// already passed on within the step, to the cell state by peepholes or through a GRU's inner product, are not scaled.
    /// </summary>
    public double PreActivationNorm { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(StepClipping), PrintMembers);
}

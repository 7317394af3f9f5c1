namespace Lstm;

/// <summary>
/// Limits that hold within the backward pass of recurrent layers, at every step, so that what goes back through R cannot grow from step to step (Graves,
/// "Generating Sequences With Recurrent Neural Networks", 2013, section 2.1). What is beyond a limit is cut off, so the gradient is no
/// longer the true one; dc_next, which goes back through f, has no limit of its own. All other gradients follow from what is limited: those of W, R, biases, peepholes, gains and shifts, of the input
/// and of the state before. 0, the default, is no limit.
/// </summary>
public sealed record StepClipping
{
    /// <summary>
    /// Every element of da, the gradient at the arguments of the gates' sigmoid and tanh, is brought into ± this, as in the paper: before it goes
    /// through a normalisation, and before anything is made of it.
    /// </summary>
    public double PreActivationGradient { get; init; }

    /// <summary>Every element of dh_next, the gradient that goes on to the step before, is brought into ± this.</summary>
    public double HiddenGradient { get; init; }

    /// <summary>
    /// da of every sequence is scaled down to this Euclidean norm, where it is longer, with all that the step adds to the gradients of biases,
    /// peepholes, gains and shifts. It is that at W x, of all gates together, so what the gates have already passed on within the step, to the
    /// cell state by peepholes or by a GRU's inner product, is not scaled.
    /// </summary>
    public double PreActivationNorm { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(StepClipping), PrintMembers);
}

namespace Lstm;

/// <summary>
/// Limits that hold within the backward pass of recurrent layers, at every step, so that a gradient cannot grow from step to step (Graves,
/// "Generating Sequences With Recurrent Neural Networks", 2013, section 2.1). What is beyond a limit is cut off, so the gradient is no
/// longer the true one. What is limited goes on to the gradients of W and R, of the input and of h'; biases, peepholes, gains and shifts
/// take the gradient of their step before it is limited. 0, the default, is no limit.
/// </summary>
public sealed record StepClipping
{
    /// <summary>Every element of da, the gradient at the pre-activations of the gates, is brought into ± this.</summary>
    public double PreActivationGradient { get; init; }

    /// <summary>Every element of dh_next, the gradient that goes on to the step before, is brought into ± this.</summary>
    public double HiddenGradient { get; init; }

    /// <summary>da of every sequence is scaled down to this Euclidean norm, where it is longer.</summary>
    public double PreActivationNorm { get; init; }
}

namespace Lstm;

/// <summary>The mistakes that a layer can make apart from a wrong gradient. docs/gradient-check.md has an example of each.</summary>
public enum LayerMistakeKind
{
    /// <summary>Two new passes over the same window differ.</summary>
    NotDeterministic,

    /// <summary>A used pass gives another output, or other gradients, than a new one.</summary>
    KeepsState,

    /// <summary>A pass does not see that parameters have changed since it was made.</summary>
    StaleParameters,

    /// <summary>The forward or the backward pass changes its input.</summary>
    ChangesInput,

    /// <summary>The forward or the backward pass changes the values of parameters.</summary>
    ChangesParameters,

    /// <summary>The forward pass writes to the gradients of parameters.</summary>
    ForwardChangesGradients,

    /// <summary>A pass writes beyond the end of a window with fewer steps than the pass has room for.</summary>
    WritesBeyondWindow,

    /// <summary>
    /// A window with fewer steps than the pass has room for fails, or gives another result than in a pass of its own size.
    /// </summary>
    ShortWindow,

    /// <summary>The output of a sequence depends on another sequence of the batch.</summary>
    MixesSequences,

    /// <summary>The output at a step depends on later steps, but <see cref="Layer{T}.IsCausal"/> is true.</summary>
    NotCausal,

    /// <summary>The output of a sequence depends on how many steps come after its end.</summary>
    DependsOnPadding,

    /// <summary>The backward pass adds to the gradient of its input, which it has to set.</summary>
    InputGradientAdded,

    /// <summary>The backward pass leaves elements of the gradient of its input as they were.</summary>
    InputGradientUnset,

    /// <summary>A window of one step of one sequence fails.</summary>
    FailsOnOneSequence,

    /// <summary>A pass that is made for forward passes only fails.</summary>
    FailsForwardOnly,
}

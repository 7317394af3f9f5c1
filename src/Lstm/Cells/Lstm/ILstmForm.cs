namespace Lstm;

/// <summary>
/// The terms that an LSTM consists of. A kernel is compiled for each form. Where a property is a constant, a term that it excludes costs
/// nothing; where it is a field, the term costs a branch that goes the same way at every unit.
/// </summary>
internal interface ILstmForm
{
    /// <summary>Whether there is an input gate; without it i = 1.</summary>
    bool HasInputGate { get; }

    /// <summary>Whether there is a forget gate of its own; without it f = 1, unless it is coupled.</summary>
    bool HasForgetGate { get; }

    /// <summary>Whether f = 1 - i.</summary>
    bool IsCoupled { get; }

    /// <summary>Whether there is an output gate; without it o = 1.</summary>
    bool HasOutputGate { get; }

    bool HasBias { get; }

    bool HasPeepholes { get; }

    /// <summary>Whether the next step sees i, f and o.</summary>
    bool HasGateHistory { get; }

    /// <summary>Whether c is limited.</summary>
    bool Clips { get; }

    /// <summary>Whether elements of g are dropped.</summary>
    bool DropsBlockInput { get; }

    /// <summary>Whether the gradients at the pre-activations are limited.</summary>
    bool LimitsGradients { get; }

    Activation BlockActivation { get; }

    Activation OutputActivation { get; }
}

namespace Lstm.Kernels;

/// <summary>
/// What an LSTM consists of. A kernel is compiled for each form: where a property is a constant, what it excludes costs nothing; where it
/// is a field, a branch that goes the same way at every unit.
/// </summary>
internal interface ILstmForm
{
    /// <summary>Without it i = 1.</summary>
    bool HasInputGate { get; }

    /// <summary>Without it f = 1, unless it is coupled.</summary>
    bool HasForgetGate { get; }

    /// <summary>Whether f = 1 - i.</summary>
    bool IsCoupled { get; }

    /// <summary>Without it o = 1.</summary>
    bool HasOutputGate { get; }

    bool HasBias { get; }

    bool HasPeepholes { get; }

    /// <summary>Whether the next step sees i, f and o.</summary>
    bool HasGateHistory { get; }

    /// <summary>Whether c is limited.</summary>
    bool Clips { get; }

    /// <summary>Whether h goes through a projection.</summary>
    bool Projects { get; }

    /// <summary>Whether elements of g are dropped.</summary>
    bool DropsBlockInput { get; }

    /// <summary>Whether elements of c stay as they were.</summary>
    bool HoldsCell { get; }

    /// <summary>Whether elements of h stay as they were.</summary>
    bool HoldsHidden { get; }

    /// <summary>Whether the gradients at the pre-activations are limited.</summary>
    bool LimitsGradients { get; }

    Activation BlockActivation { get; }

    Activation OutputActivation { get; }
}

/// <summary>The forms without options, with or without bias and peepholes.</summary>
internal readonly struct FixedForm<TBias, TPeepholes> : ILstmForm
    where TBias : ISwitch
    where TPeepholes : ISwitch
{
    public bool HasInputGate => true;

    public bool HasForgetGate => true;

    public bool IsCoupled => false;

    public bool HasOutputGate => true;

    public bool HasBias => TBias.IsOn;

    public bool HasPeepholes => TPeepholes.IsOn;

    public bool HasGateHistory => false;

    public bool Clips => false;

    public bool Projects => false;

    public bool DropsBlockInput => false;

    public bool HoldsCell => false;

    public bool HoldsHidden => false;

    public bool LimitsGradients => false;

    public Activation BlockActivation => Activation.Tanh;

    public Activation OutputActivation => Activation.Tanh;
}

/// <summary>Any form.</summary>
internal readonly record struct AnyForm : ILstmForm
{
    public static AnyForm Plain => new()
    {
        HasInputGate = true,
        HasForgetGate = true,
        HasOutputGate = true,
        HasBias = true,
        BlockActivation = Activation.Tanh,
        OutputActivation = Activation.Tanh,
    };

    public bool HasInputGate { get; init; }

    public bool HasForgetGate { get; init; }

    public bool IsCoupled { get; init; }

    public bool HasOutputGate { get; init; }

    public bool HasBias { get; init; }

    public bool HasPeepholes { get; init; }

    public bool HasGateHistory { get; init; }

    public bool Clips { get; init; }

    public bool Projects { get; init; }

    public bool DropsBlockInput { get; init; }

    public bool HoldsCell { get; init; }

    public bool HoldsHidden { get; init; }

    public bool LimitsGradients { get; init; }

    public Activation BlockActivation { get; init; }

    public Activation OutputActivation { get; init; }

    /// <summary>Whether one of the fixed forms computes the same.</summary>
    public bool IsFixed => HasInputGate && HasForgetGate && HasOutputGate
        && !(IsCoupled || HasGateHistory || Clips || Projects || DropsBlockInput || HoldsCell || HoldsHidden)
        && BlockActivation == Activation.Tanh && OutputActivation == Activation.Tanh;
}

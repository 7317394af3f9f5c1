using Lstm.Numerics;

namespace Lstm;

/// <summary>A form without options other than bias and peepholes, fixed at compile time.</summary>
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

    public bool DropsBlockInput => false;

    public bool LimitsGradients => false;

    public Activation BlockActivation => Activation.Tanh;

    public Activation OutputActivation => Activation.Tanh;
}

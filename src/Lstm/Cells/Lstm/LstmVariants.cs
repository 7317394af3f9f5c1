namespace Lstm;

/// <summary>The variants of Greff et al., "LSTM: A Search Space Odyssey" (2017), section IV. All but NP have peepholes.</summary>
public static class LstmVariants
{
    /// <summary>V: the LSTM with peepholes.</summary>
    public static LstmOptions Vanilla { get; } = new() { Peepholes = true };

    /// <summary>NIG: no input gate, i = 1.</summary>
    public static LstmOptions NoInputGate { get; } = Vanilla with { InputGate = false };

    /// <summary>NFG: no forget gate, f = 1: the LSTM of 1997 with full gradients.</summary>
    public static LstmOptions NoForgetGate { get; } = Vanilla with { ForgetGate = false };

    /// <summary>NOG: no output gate, o = 1.</summary>
    public static LstmOptions NoOutputGate { get; } = Vanilla with { OutputGate = false };

    /// <summary>NIAF: no input activation function, g is linear.</summary>
    public static LstmOptions NoInputActivation { get; } = Vanilla with { BlockActivation = Activation.Identity };

    /// <summary>NOAF: no output activation function, h = o*c.</summary>
    public static LstmOptions NoOutputActivation { get; } = Vanilla with { OutputActivation = Activation.Identity };

    /// <summary>CIFG: coupled input and forget gate, f = 1 - i.</summary>
    public static LstmOptions Coupled { get; } = Vanilla with { CoupledGates = true };

    /// <summary>NP: no peepholes.</summary>
    public static LstmOptions NoPeepholes { get; } = Vanilla with { Peepholes = false };

    /// <summary>FGR: full gate recurrence, nine more matrices.</summary>
    public static LstmOptions FullGateRecurrence { get; } = Vanilla with { FullGateRecurrence = true };
}

namespace Lstm;

/// <summary>Any combination of options, tested at run time.</summary>
internal readonly record struct AnyForm : ILstmForm
{
    public bool HasInputGate { get; init; }

    public bool HasForgetGate { get; init; }

    public bool IsCoupled { get; init; }

    public bool HasOutputGate { get; init; }

    public bool HasBias { get; init; }

    public bool HasPeepholes { get; init; }

    public bool HasGateHistory { get; init; }

    public bool Clips { get; init; }

    public bool DropsBlockInput { get; init; }

    public bool LimitsGradients { get; init; }

    public Activation BlockActivation { get; init; }

    public Activation OutputActivation { get; init; }

    /// <summary>Whether a <see cref="FixedForm{TBias, TPeepholes}"/> computes the same.</summary>
    public bool IsFixed => HasInputGate && HasForgetGate && HasOutputGate
        && !(IsCoupled || HasGateHistory || Clips || DropsBlockInput || LimitsGradients)
        && BlockActivation == Activation.Tanh && OutputActivation == Activation.Tanh;

    public static AnyForm Of(LstmOptions options) => new()
    {
        HasInputGate = options.InputGate,
        HasForgetGate = options.ForgetGate && !options.CoupledGates,
        IsCoupled = options.CoupledGates,
        HasOutputGate = options.OutputGate,
        HasBias = options.LayerNorm is null or { Bias: true, Gates: not GatePlacement.Joint },
        HasPeepholes = options.Peepholes,
        HasGateHistory = options.FullGateRecurrence,
        Clips = options.CellClip > 0,
        DropsBlockInput = options.RecurrentDropout > 0,
        BlockActivation = options.BlockActivation,
        OutputActivation = options.OutputActivation,
    };
}

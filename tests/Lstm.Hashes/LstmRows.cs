namespace Lstm.Hashes;

/// <summary>Lists the options of LSTM layers: each alone, the named variants, and what goes together.</summary>
internal static class LstmRows
{
    /// <summary>What goes with any gates and any normalisation.</summary>
    public static LstmOptions Everything { get; } = new()
    {
        Peepholes = true,
        Projection = 6,
        CellClip = 0.4,
        RecurrentDropout = 0.2,
        HiddenDropout = 0.3,
        WeightDropout = 0.2,
        ZoneoutHidden = 0.3,
        ZoneoutCell = 0.4,
        LearnInitialState = true,
    };

    /// <summary>Lists all rows.</summary>
    public static IEnumerable<(string Name, LstmOptions Options)> All { get; } =
    [
        ("plain", new()),
        ("forget bias", new() { ForgetBias = -0.5 }),
        ("peepholes", new() { Peepholes = true }),
        ("no input gate", new() { InputGate = false }),
        ("no forget gate", new() { ForgetGate = false }),
        ("no output gate", new() { OutputGate = false }),
        ("no gate", new() { InputGate = false, ForgetGate = false, OutputGate = false }),
        ("coupled", new() { CoupledGates = true }),
        ("full gate recurrence", new() { FullGateRecurrence = true }),
        ("block identity", new() { BlockActivation = Activation.Identity }),
        ("block relu", new() { BlockActivation = Activation.Relu }),
        ("block sigmoid", new() { BlockActivation = Activation.Sigmoid }),
        ("output identity", new() { OutputActivation = Activation.Identity }),
        ("output relu", new() { OutputActivation = Activation.Relu }),
        ("output sigmoid", new() { OutputActivation = Activation.Sigmoid }),
        ("projection", new() { Projection = 6 }),
        ("cell clip", new() { CellClip = 0.2 }),
        ("recurrent dropout", new() { RecurrentDropout = 0.3 }),
        ("hidden dropout", new() { HiddenDropout = 0.3 }),
        ("weight dropout", new() { WeightDropout = 0.3 }),
        ("zoneout hidden", new() { ZoneoutHidden = 0.3 }),
        ("zoneout cell", new() { ZoneoutCell = 0.3 }),
        ("learned initial state", new() { LearnInitialState = true }),

        ("norm default", Norm(new())),
        ("norm TfContrib", Norm(LayerNormOptions.TfContrib)),
        ("norm Ba", Norm(LayerNormOptions.Ba)),
        ("norm TfAddons", Norm(LayerNormOptions.TfAddons)),
        ("norm Haste", Norm(LayerNormOptions.Haste)),
        ("norm FastRnns", Norm(LayerNormOptions.FastRnns)),
        ("norm Seq2SeqSharp", Norm(LayerNormOptions.Seq2SeqSharp)),
        ("norm per gate, no cell, bias", Norm(new() { Cell = CellPlacement.None, Bias = true })),
        ("norm per gate, output, no shift", Norm(new() { Cell = CellPlacement.Output, Bias = true, GateShift = false })),
        ("norm split, no cell", Norm(new() { Gates = GatePlacement.Split, Cell = CellPlacement.None })),
        ("norm joint, carried", Norm(new() { Gates = GatePlacement.Joint })),
        ("norm joint, no cell, no shift",
            Norm(new() { Gates = GatePlacement.Joint, Cell = CellPlacement.None, Bias = true, GateShift = false })),

        ("variant V", LstmVariants.Vanilla),
        ("variant NIG", LstmVariants.NoInputGate),
        ("variant NFG", LstmVariants.NoForgetGate),
        ("variant NOG", LstmVariants.NoOutputGate),
        ("variant NIAF", LstmVariants.NoInputActivation),
        ("variant NOAF", LstmVariants.NoOutputActivation),
        ("variant CIFG", LstmVariants.Coupled),
        ("variant NP", LstmVariants.NoPeepholes),
        ("variant FGR", LstmVariants.FullGateRecurrence),

        ("peepholes + zoneout cell", new() { Peepholes = true, ZoneoutCell = 0.4 }),
        ("peepholes + recurrent dropout + cell clip", new() { Peepholes = true, RecurrentDropout = 0.3, CellClip = 0.3 }),
        ("projection + zoneout + hidden dropout", new() { Projection = 6, ZoneoutHidden = 0.3, ZoneoutCell = 0.4, HiddenDropout = 0.3 }),
        ("projection + learned initial state + norm", Norm(new()) with { Projection = 20, LearnInitialState = true }),
        ("full gate recurrence + peepholes + zoneout", LstmVariants.FullGateRecurrence with { ZoneoutHidden = 0.3, ZoneoutCell = 0.4 }),
        ("full gate recurrence + everything", Everything with { FullGateRecurrence = true }),
        ("full gate recurrence + norm + everything", Everything with { FullGateRecurrence = true, LayerNorm = new() }),
        ("coupled + zoneout cell + weight dropout", new() { CoupledGates = true, ZoneoutCell = 0.3, WeightDropout = 0.2 }),
        ("coupled + norm Ba + everything", Everything with { CoupledGates = true, LayerNorm = LayerNormOptions.Ba }),
        ("everything", Everything),
        ("norm default + everything", Everything with { LayerNorm = new() }),
        ("norm Haste + everything", Everything with { LayerNorm = LayerNormOptions.Haste }),
        ("norm TfAddons + everything", Everything with { LayerNorm = LayerNormOptions.TfAddons }),
        ("norm Seq2SeqSharp + everything", Everything with { LayerNorm = LayerNormOptions.Seq2SeqSharp }),
        ("no input gate + no output gate + everything", Everything with { InputGate = false, OutputGate = false }),
        ("no forget gate + norm FastRnns + everything", Everything with { ForgetGate = false, LayerNorm = LayerNormOptions.FastRnns }),
        ("no gate + everything", Everything with { InputGate = false, ForgetGate = false, OutputGate = false }),
        ("block relu + output sigmoid + everything",
            Everything with { BlockActivation = Activation.Relu, OutputActivation = Activation.Sigmoid }),
    ];

    private static LstmOptions Norm(LayerNormOptions norm) => new() { LayerNorm = norm };
}

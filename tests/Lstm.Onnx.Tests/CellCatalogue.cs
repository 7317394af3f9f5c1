namespace Lstm.Onnx.Tests;

/// <summary>Cells of all kinds and options, by name.</summary>
internal static class CellCatalogue
{
    private static readonly Dictionary<string, LstmOptions> s_lstms = new()
    {
        ["plain"] = new(),
        ["peepholes"] = LstmVariants.Vanilla,
        ["no input gate"] = LstmVariants.NoInputGate,
        ["no forget gate"] = LstmVariants.NoForgetGate,
        ["no output gate"] = LstmVariants.NoOutputGate,
        ["no input activation"] = LstmVariants.NoInputActivation,
        ["no output activation"] = LstmVariants.NoOutputActivation,
        ["coupled"] = LstmVariants.Coupled,
        ["coupled without peepholes"] = new() { CoupledGates = true },
        ["coupled without output gate"] = new() { CoupledGates = true, OutputGate = false, Peepholes = true },
        ["full gate recurrence"] = LstmVariants.FullGateRecurrence,
        ["no gates"] = new() { InputGate = false, ForgetGate = false, OutputGate = false },
        ["relu and sigmoid"] = new() { BlockActivation = Activation.Relu, OutputActivation = Activation.Sigmoid },
        ["identity and relu"] = new() { BlockActivation = Activation.Identity, OutputActivation = Activation.Relu },
        ["two identities"] = new() { BlockActivation = Activation.Identity, OutputActivation = Activation.Identity },
        ["learned states"] = new() { LearnInitialState = true, Peepholes = true },
        ["layer norm"] = new() { LayerNorm = new() },
        ["layer norm TfContrib"] = new() { LayerNorm = LayerNormOptions.TfContrib },
        ["layer norm Ba"] = new() { LayerNorm = LayerNormOptions.Ba },
        ["layer norm TfAddons"] = new() { LayerNorm = LayerNormOptions.TfAddons },
        ["layer norm Haste"] = new() { LayerNorm = LayerNormOptions.Haste },
        ["layer norm FastRnns"] = new() { LayerNorm = LayerNormOptions.FastRnns },
        ["layer norm Seq2SeqSharp"] = new() { LayerNorm = LayerNormOptions.Seq2SeqSharp },
        ["layer norm, bias after each gate"] = new() { LayerNorm = new() { Bias = true, GateShift = false, Cell = CellPlacement.None } },
        ["layer norm, joint, no bias"] = new() { LayerNorm = new() { Gates = GatePlacement.Joint }, Peepholes = true },
        ["layer norm, peepholes, no input gate"] = new()
        {
            LayerNorm = new() { Cell = CellPlacement.Output },
            Peepholes = true,
            InputGate = false,
        },
        ["layer norm, coupled, split"] = new() { LayerNorm = LayerNormOptions.Ba, Peepholes = true, CoupledGates = true },
        ["layer norm, full gate recurrence"] = new() { LayerNorm = new() { Bias = true }, FullGateRecurrence = true },
        ["projection"] = new() { Projection = 3 },
        ["projection, peepholes, zoneout"] = new() { Projection = 3, Peepholes = true, ZoneoutHidden = 0.3, ZoneoutCell = 0.4 },
        ["projection, layer norm, learned states"] = new()
        {
            Projection = 3,
            LayerNorm = LayerNormOptions.TfAddons,
            LearnInitialState = true,
        },
        ["clip"] = new() { CellClip = 0.2, Peepholes = true },
        ["clip, layer norm carried"] = new() { CellClip = 0.5, LayerNorm = new() },
        ["clip, layer norm of the output"] = new() { CellClip = 0.2, LayerNorm = LayerNormOptions.Haste },
        ["zoneout of h"] = new() { ZoneoutHidden = 0.3 },
        ["zoneout of c"] = new() { ZoneoutCell = 0.2, Peepholes = true },
        ["zoneout, full gate recurrence"] = new() { ZoneoutHidden = 0.1, ZoneoutCell = 0.2, FullGateRecurrence = true },
        ["dropout"] = new() { RecurrentDropout = 0.5, HiddenDropout = 0.3, WeightDropout = 0.2 },
    };

    private static readonly Dictionary<string, GruOptions> s_grus = new()
    {
        ["gru, reset after"] = new(),
        ["gru, reset before"] = new() { ResetAfter = false },
        ["gru, reset after, zoneout"] = new() { ZoneoutHidden = 0.3 },
        ["gru, reset before, zoneout"] = new() { ResetAfter = false, ZoneoutHidden = 0.3 },
        ["gru, learned state"] = new() { LearnInitialState = true },
        ["gru, dropout"] = new() { HiddenDropout = 0.3, WeightDropout = 0.2 },
    };

    private static readonly Dictionary<string, RnnOptions> s_rnns = new()
    {
        ["rnn, tanh"] = new(),
        ["rnn, relu"] = new() { Activation = Activation.Relu },
        ["rnn, sigmoid"] = new() { Activation = Activation.Sigmoid },
        ["rnn, identity"] = new() { Activation = Activation.Identity },
        ["rnn, zoneout"] = new() { ZoneoutHidden = 0.3 },
        ["rnn, learned state"] = new() { LearnInitialState = true, Activation = Activation.Relu },
    };

    public static IEnumerable<string> Names => [.. s_lstms.Keys, .. s_grus.Keys, .. s_rnns.Keys];

    /// <summary>Creates a layer of the cell of a name.</summary>
    public static Layer<float> Create(string name, int inputSize, int hiddenSize) =>
        s_lstms.TryGetValue(name, out LstmOptions? lstm) ? new LstmLayer<float>(inputSize, hiddenSize, lstm)
        : s_grus.TryGetValue(name, out GruOptions? gru) ? new GruLayer<float>(inputSize, hiddenSize, gru)
        : new RnnLayer<float>(inputSize, hiddenSize, s_rnns[name]);
}

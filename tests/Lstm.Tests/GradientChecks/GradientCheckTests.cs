namespace Lstm.Tests.GradientChecks;

/// <summary>Every layer and option against finite differences. Adding a layer is adding a row.</summary>
public sealed class GradientCheckTests
{
    private const double Tolerance = 1e-7;

    /// <summary>Sizes below, at and above a vector, and none that divides it evenly.</summary>
    private static readonly int[] s_hiddenSizes = [1, 3, 8, 17];

    private static readonly Dictionary<string, LstmOptions> s_lstms = new()
    {
        ["plain"] = new(),
        ["forget bias"] = new() { ForgetBias = -0.5 },
        ["peephole"] = new() { Peepholes = true },
        ["layer norm"] = new() { LayerNorm = new() },
        ["layer norm, large epsilon"] = new() { LayerNorm = new() { Epsilon = 0.1 } },
        ["layer norm, TF contrib's epsilon"] = new() { LayerNorm = LayerNormOptions.TfContrib },
        ["layer norm, peephole"] = new() { LayerNorm = new(), Peepholes = true },
        ["no input gate"] = LstmVariants.NoInputGate,
        ["no forget gate"] = LstmVariants.NoForgetGate,
        ["no output gate"] = LstmVariants.NoOutputGate,
        ["no gate at all"] = new() { InputGate = false, ForgetGate = false, OutputGate = false, Peepholes = true },
        ["no input activation"] = LstmVariants.NoInputActivation,
        ["no output activation"] = LstmVariants.NoOutputActivation,
        ["coupled gates"] = LstmVariants.Coupled,
        ["full gate recurrence"] = LstmVariants.FullGateRecurrence,
        ["full gate recurrence, layer norm"] = LstmVariants.FullGateRecurrence with { LayerNorm = new() },
        ["sigmoid activations"] = new() { BlockActivation = Activation.Sigmoid, OutputActivation = Activation.Sigmoid },
        ["rectified activations"] = new() { BlockActivation = Activation.Relu, OutputActivation = Activation.Relu },
        ["layer norm of Ba et al."] = new() { LayerNorm = LayerNormOptions.Ba, Peepholes = true },
        ["layer norm of TF addons"] = new() { LayerNorm = LayerNormOptions.TfAddons },
        ["layer norm of haste"] = new() { LayerNorm = LayerNormOptions.Haste, Peepholes = true },
        ["layer norm of fastrnns"] = new() { LayerNorm = LayerNormOptions.FastRnns },
        ["layer norm of Seq2SeqSharp"] = new() { LayerNorm = LayerNormOptions.Seq2SeqSharp, Peepholes = true },
        ["layer norm of the gates alone"] = new() { LayerNorm = new() { Cell = CellPlacement.None, Bias = true } },
        ["layer norm, coupled gates"] = LstmVariants.Coupled with { LayerNorm = LayerNormOptions.Ba },
        ["projection"] = new() { Projection = 4 },
        ["projection, peephole, layer norm"] = new() { Projection = 2, Peepholes = true, LayerNorm = new() },
        ["cell clip"] = new() { CellClip = 0.4, Peepholes = true },
        ["cell clip, layer norm"] = new() { CellClip = 0.4, LayerNorm = LayerNormOptions.Ba, Peepholes = true },
        ["recurrent dropout"] = new() { RecurrentDropout = 0.3 },
        ["recurrent dropout, layer norm"] = new() { RecurrentDropout = 0.3, LayerNorm = new(), Peepholes = true },
        ["hidden dropout"] = new() { HiddenDropout = 0.3 },
        ["weight dropout"] = new() { WeightDropout = 0.3 },
        ["zoneout"] = new() { ZoneoutHidden = 0.3, ZoneoutCell = 0.4, Peepholes = true },
        ["zoneout, hidden dropout, layer norm"] = new() { ZoneoutHidden = 0.3, ZoneoutCell = 0.4, HiddenDropout = 0.2, LayerNorm = new() },
        ["zoneout, projection"] = new() { ZoneoutHidden = 0.3, ZoneoutCell = 0.4, Projection = 3 },
        ["zoneout, full gate recurrence"] = LstmVariants.FullGateRecurrence with { ZoneoutHidden = 0.3, ZoneoutCell = 0.4 },
        ["trained initial state"] = new() { LearnInitialState = true, Peepholes = true },
        ["trained initial state, projection"] = new() { LearnInitialState = true, Projection = 3 },
    };

    public static TheoryData<string, int> LstmRows()
    {
        TheoryData<string, int> rows = [];
        foreach (string options in s_lstms.Keys)
        {
            foreach (int hiddenSize in s_hiddenSizes)
            {
                rows.Add(options, hiddenSize);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(LstmRows))]
    public void Lstm(string options, int hiddenSize) =>
        GradientCheck.Run(new LstmLayer<double>(3, hiddenSize, s_lstms[options]), steps: 4, batch: 3, seed: 1).Noted($"lstm, {options}").ThrowIfWorseThan(Tolerance);

    [Theory]
    [MemberData(nameof(LstmRows))]
    public void Lstm_of_token_ids(string options, int hiddenSize) =>
        GradientCheck.Run(new LstmLayer<double>(5, hiddenSize, s_lstms[options]), steps: 3, batch: 2, seed: 2, tokens: true)
            .Noted($"lstm, {options}").ThrowIfWorseThan(Tolerance);

    [Theory]
    [MemberData(nameof(LstmRows))]
    public void Lstm_of_sequences_that_end_early(string options, int hiddenSize) =>
        GradientCheck.Run(new LstmLayer<double>(3, hiddenSize, s_lstms[options]), steps: 4, batch: 4, seed: 8, lengths: [2, 4, 0, 1])
            .Noted($"lstm, {options}").ThrowIfWorseThan(Tolerance);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 17)]
    [InlineData(18, 5)]
    public void Dense(int inputSize, int outputSize) =>
        GradientCheck.Run(new Dense<double>(inputSize, outputSize), steps: 3, batch: 2, seed: 3).Noted("dense").ThrowIfWorseThan(Tolerance);

    [Fact]
    public void Dense_of_token_ids() =>
        GradientCheck.Run(new Dense<double>(4, 9), steps: 3, batch: 2, seed: 4, tokens: true).Noted("dense").ThrowIfWorseThan(Tolerance);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 17)]
    public void Embedding(int vocabularySize, int size) =>
        GradientCheck.Run(new Embedding<double>(vocabularySize, size), steps: 3, batch: 4, seed: 5).Noted("embedding").ThrowIfWorseThan(Tolerance);

    [Fact]
    public void A_stack_of_every_kind_of_layer()
    {
        Sequential<double> model = new(
            new Embedding<double>(7, 4),
            new LstmLayer<double>(4, 5, new() { Peepholes = true }),
            new LstmLayer<double>(5, 6, new() { LayerNorm = new() }),
            new LstmLayer<double>(6, 3),
            new Dense<double>(3, 7));

        GradientCheck.Run(model, steps: 5, batch: 3, seed: 6).Noted("a stack of every kind of layer").ThrowIfWorseThan(Tolerance);
    }

    /// <summary>More rows than a tile of the matrix product and more columns than a panel, so that every path of it takes part.</summary>
    [Fact]
    public void A_batch_of_more_than_one_tile() =>
        GradientCheck.Run(new LstmLayer<double>(10, 11, new() { Peepholes = true }), steps: 3, batch: 13, seed: 7).Noted("a batch of more than one tile").ThrowIfWorseThan(Tolerance);

    [Theory]
    [InlineData(Reduction.Mean, null)]
    [InlineData(Reduction.Sum, null)]
    [InlineData(Reduction.Mean, 2)]
    public void Softmax_cross_entropy(Reduction reduction, int? ignoreIndex)
    {
        const double Step = 1e-4;
        double[] logits = [0.3, -1.2, 2.5, 0.1, 0.9, -0.4, 1.1, 1.3, -2, 0.7, 0.2, 3];
        int[] targets = [2, 0, 2];
        double[] gradient = new double[logits.Length];
        SoftmaxCrossEntropy.Evaluate<double>(logits, targets, gradient, reduction, ignoreIndex);
        for (int k = 0; k < logits.Length; k++)
        {
            double LossAt(double offset)
            {
                double[] moved = [.. logits];
                moved[k] += offset;
                return SoftmaxCrossEntropy.Evaluate<double>(moved, targets, reduction, ignoreIndex);
            }

            double full = (LossAt(Step) - LossAt(-Step)) / (2 * Step), half = (LossAt(Step / 2) - LossAt(-Step / 2)) / Step;
            gradient[k].Should().BeApproximately((4 * half - full) / 3, 1e-10);
        }
    }
}

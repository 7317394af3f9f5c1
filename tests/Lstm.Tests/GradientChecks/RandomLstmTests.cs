using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.GradientChecks;

/// <summary>
/// Options in combination. Activations with a corner (ReLU) and the cell clip are left to rows of their own: where a difference straddles
/// the corner, it is no derivative.
/// </summary>
public sealed class RandomLstmTests
{
    private const int Configurations = 300;
    private const double Tolerance = 1e-7;

    /// <summary>Fixed, so that a run can be repeated; another one tries other combinations.</summary>
    private const ulong Seed = 20260;

    private static readonly LayerNormOptions?[] s_norms =
    [
        null, null, new(), LayerNormOptions.Ba, LayerNormOptions.TfAddons, LayerNormOptions.Haste, LayerNormOptions.FastRnns, LayerNormOptions.Seq2SeqSharp,
        new() { Cell = CellPlacement.None }, new() { Cell = CellPlacement.Output, Bias = true, GateShift = false }, new() { Gates = GatePlacement.Joint },
    ];

    private static readonly Activation[] s_activations = [Activation.Tanh, Activation.Identity, Activation.Sigmoid];

    private static readonly int[][] s_lengths = [[], [3, 1], [0, 2], [2, 3]];

    [Fact]
    public void Legal_options_have_true_gradients()
    {
        int checkedConfigurations = 0;
        Prop.ForAll(Arb.From(Cases()), test =>
        {
            LstmLayer<double> layer = new(2, test.HiddenSize, test.Options);
            GradientCheck.Run(layer, steps: 3, batch: 2, seed: 11, tokens: test.Tokens, lengths: test.Lengths).Noted("lstm, random combinations of options").ThrowIfWorseThan(Tolerance);
            checkedConfigurations++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Configurations).WithReplay(Seed, 1));

        checkedConfigurations.Should().Be(Configurations);
    }

    private static Gen<TestCase> Cases() =>
        from options in Options()
        from hiddenSize in Gen.Choose(1, 6)
        from tokens in Gen.Elements(true, false)
        from lengths in Gen.Elements(s_lengths)
        where IsLegal(options)
        select new TestCase(options, hiddenSize, tokens, lengths);

    private static Gen<LstmOptions> Options() =>
        from gates in Gen.Choose(0, 15)
        from structure in Gen.Choose(0, 15)
        from norm in Gen.Elements(s_norms)
        from block in Gen.Elements(s_activations)
        from output in Gen.Elements(s_activations)
        from projection in Gen.Elements(0, 0, 2)
        from rates in Gen.ArrayOf(Gen.Elements(0, 0, 0.3), 5)
        select new LstmOptions
        {
            InputGate = gates % 4 != 1,
            ForgetGate = gates % 4 != 2,
            OutputGate = gates % 4 != 3,
            CoupledGates = gates / 4 == 1,
            FullGateRecurrence = gates / 4 == 2,
            Peepholes = (structure & 1) != 0,
            LearnInitialState = (structure & 2) != 0,
            LayerNorm = norm,
            BlockActivation = block,
            OutputActivation = output,
            Projection = projection,
            RecurrentDropout = rates[0],
            HiddenDropout = rates[1],
            WeightDropout = rates[2],
            ZoneoutHidden = rates[3],
            ZoneoutCell = rates[4],
        };

    private static bool IsLegal(LstmOptions options)
    {
        try
        {
            options.Check(nameof(options));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed record TestCase(LstmOptions Options, int HiddenSize, bool Tokens, int[] Lengths);
}

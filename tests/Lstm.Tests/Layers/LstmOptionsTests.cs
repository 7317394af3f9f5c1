using Lstm.Numerics;

namespace Lstm.Tests.Layers;

/// <summary>What holds for every option of an LSTM: threads, memory, and which parameters there are.</summary>
public sealed class LstmOptionsTests
{
    private static readonly Dictionary<string, LstmOptions> s_options = new()
    {
        ["no input gate"] = LstmVariants.NoInputGate,
        ["no forget gate"] = LstmVariants.NoForgetGate,
        ["no output gate"] = LstmVariants.NoOutputGate,
        ["coupled, projection, weight dropout, clip"] = LstmVariants.Coupled with { Projection = 66, WeightDropout = 0.1, CellClip = 1 },
        ["full gate recurrence, zoneout"] = LstmVariants.FullGateRecurrence with { ZoneoutHidden = 0.1, ZoneoutCell = 0.2 },
        ["Ba et al., recurrent and hidden dropout"] = new() { LayerNorm = LayerNormOptions.Ba, RecurrentDropout = 0.2, HiddenDropout = 0.1 },
        ["Seq2SeqSharp, peepholes, trained initial state"] = new() { LayerNorm = LayerNormOptions.Seq2SeqSharp, Peepholes = true, LearnInitialState = true },
        ["TF contrib, projection, zoneout"] = new() { LayerNorm = new(), Projection = 65, ZoneoutHidden = 0.1 },
    };

    public static TheoryData<string> Names() => [.. s_options.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bits_are_the_same_for_any_number_of_threads(string name)
    {
        float[] expected = TrainWith(s_options[name], threads: 1, batch: 13);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            TrainWith(s_options[name], threads, batch: 13).Should().Equal(expected, "{0} threads compute the same", threads);
        }
    }

    /// <summary>One sequence alone, whose steps the threads share if they are free.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_that_share_a_step_give_the_same_bits(string name)
    {
        float[] expected = TrainWith(s_options[name], threads: 1, batch: 1), withBusyTeam = [];
        foreach (int threads in new[] { 2, 3, 8 })
        {
            TrainWith(s_options[name], threads, batch: 1).Should().Equal(expected, "{0} threads compute the same", threads);
        }

        WorkerTeam.Shared.Run(2, slice =>
        {
            if (slice == 0)
            {
                withBusyTeam = TrainWith(s_options[name], threads: 3, batch: 1);
            }
        });
        withBusyTeam.Should().Equal(expected, "the caller computes the same alone");
    }

    /// <summary>Those that have no such member of their enumeration, and those that are 0 or infinite as a float.</summary>
    public static TheoryData<LstmOptions, string> BadOptions => new()
    {
        { new() { BlockActivation = (Activation)9 }, "*an Activation*BlockActivation*9*" },
        { new() { OutputActivation = (Activation)9 }, "*an Activation*OutputActivation*9*" },
        { new() { LayerNorm = new() { Gates = (GatePlacement)77 } }, "*a GatePlacement*PerGate, Split, Joint*LayerNorm.Gates*77*" },
        { new() { LayerNorm = new() { Cell = (CellPlacement)(-1) } }, "*a CellPlacement*LayerNorm.Cell*-1*" },
        { new() { CellClip = 1e-50 }, "*CellClip*Single*1E-50 becomes 0*" },
        { new() { CellClip = 1e50 }, "*CellClip*Single*" },
        { new() { ForgetBias = 1e60 }, "*ForgetBias*Single*1E+60*" },
        { new() { ForgetBias = -1e60 }, "*ForgetBias*Single*-1E+60*" },
        { new() { LayerNorm = new() { Epsilon = 1e-50 } }, "*LayerNorm.Epsilon*Single*" },
        { new() { LayerNorm = new() { Epsilon = 1e50 } }, "*LayerNorm.Epsilon*Single*" },
        { new() { LayerNorm = new() { Epsilon = double.NaN } }, "*LayerNorm.Epsilon*Single*NaN*" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_that_no_layer_of_floats_has_are_refused_by_name(LstmOptions options, string message) =>
        FluentActions.Invoking(() => new LstmLayer<float>(2, 3, options))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options").WithMessage(message);

    [Fact]
    public void What_float_cannot_hold_may_be_an_option_of_a_layer_of_doubles() =>
        new LstmLayer<double>(2, 3, new() { CellClip = 1e-50, ForgetBias = 1e60, LayerNorm = new() { Epsilon = 1e-50 } })
            .HiddenSize.Should().Be(3);

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1 << 30)]
    [InlineData(1 << 29)]
    public void A_size_that_is_too_large_is_named(int hiddenSize)
    {
        FluentActions.Invoking(() => new LstmLayer<float>(1, hiddenSize))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("hiddenSize");
        FluentActions.Invoking(() => new LstmLayer<float>(1, hiddenSize, new() { Projection = 1, LayerNorm = LayerNormOptions.Ba }))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("hiddenSize");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_training_step_allocates_nothing(string name)
    {
        LstmLayer<float> layer = new(9, 12, s_options[name]);
        Sequential<float> model = new(layer);
        Bptt<float> bptt = new(model, steps: 5, batch: 4, new() { Threads = 2 });
        int[] tokens = [.. Enumerable.Range(0, 20).Select(k => k * 7 % 9)], lengths = [5, 2, 0, 4];
        void Step()
        {
            bptt.ForwardTokens(tokens, lengths);
            bptt.OutputGradient.Fill(1);
            bptt.Backward();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Fact]
    public void A_gate_that_is_missing_has_no_parameters()
    {
        ShapesOf(new()).Should().Equal("W[20,3]", "R[20,5]", "b[20]");
        ShapesOf(LstmVariants.Vanilla).Should().Equal("W[20,3]", "R[20,5]", "b[20]", "p[15]");
        foreach (LstmOptions options in new[] { LstmVariants.NoInputGate, LstmVariants.NoForgetGate, LstmVariants.NoOutputGate, LstmVariants.Coupled })
        {
            ShapesOf(options).Should().Equal("W[15,3]", "R[15,5]", "b[15]", "p[10]");
        }

        ShapesOf(LstmVariants.FullGateRecurrence).Should().BeEquivalentTo("W[20,3]", "R[20,5]", "b[20]", "p[15]", "Q[15,15]");
        ShapesOf(new() { Projection = 2 }).Should().BeEquivalentTo("W[20,3]", "R[20,2]", "b[20]", "P[2,5]");
        ShapesOf(new() { LearnInitialState = true, Projection = 2 }).Should().Contain(["h0[2]", "c0[5]"]);
        ShapesOf(LstmVariants.Coupled with { LayerNorm = LayerNormOptions.Haste })
            .Should().BeEquivalentTo("W[15,3]", "R[15,5]", "b[15]", "p[10]", "gain[2,15]", "gain_c[5]", "shift_c[5]");
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 2)]
    public void The_output_has_the_size_of_the_projection(bool projects, int size)
    {
        LstmLayer<float> layer = new(3, 5, new() { Projection = projects ? 2 : 0 });

        (layer.HiddenSize, layer.OutputSize).Should().Be((5, size));
        new Bptt<float>(new Sequential<float>(layer), steps: 1, batch: 1).State("0.h").Size.Should().Be(size);
    }

    private static IEnumerable<string> ShapesOf(LstmOptions options)
    {
        LstmLayer<float> layer = new(3, 5, options);
        return layer.Parameters.Select(parameter => $"{parameter.Name}[{string.Join(",", parameter.Shape.ToArray())}]");
    }

    private static float[] TrainWith(LstmOptions options, int threads, int batch)
    {
        LstmLayer<float> first = new(6, 70, options), second = new(first.OutputSize, 130, options);
        Sequential<float> model = new(first, second);
        Bptt<float> bptt = new(model, steps: 9, batch, new() { Threads = threads });
        List<float> results = [];
        for (int window = 0; window < 2; window++)
        {
            float[] x = [.. Numbers.Random(9 * batch * 6).Select(value => (float)value)];
            results.AddRange(bptt.Forward(x));
            bptt.Output.CopyTo(bptt.OutputGradient);
            bptt.Backward();
        }

        return [.. results, .. model.Parameters.Gradients, .. bptt.InputGradient];
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using Lstm.Tests.Formats;

namespace Lstm.Tests.ModelFiles;

/// <summary>A file is enough: it gives the model without a line about its shape, bit for bit, and is written again byte for byte.</summary>
public sealed class SelfSufficientFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => [.. Models<float>().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_model_in_float(string name) => Gives<float>(name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_model_in_double(string name) => Gives<double>(name);

    [Fact]
    public void Every_option_of_a_cell_but_initializers_is_kept()
    {
        LstmOptions options = new()
        {
            HiddenDropout = 0.1,
            WeightDropout = 0.2,
            ZoneoutHidden = 0.3,
            LearnInitialState = true,
            Peepholes = true,
            BlockActivation = Activation.Relu,
            OutputActivation = Activation.Identity,
            ForgetBias = -0.7,
            LayerNorm = new() { Gates = GatePlacement.Split, GateShift = false, Bias = true, Cell = CellPlacement.Output, Epsilon = 1.0 / 3 },
            Projection = 2,
            CellClip = 1e-3,
            RecurrentDropout = 0.4,
            ZoneoutCell = 0.5,
        };
        LstmOptions gates = new() { InputGate = false, ForgetGate = false, OutputGate = false };
        Sequential<double> model = new(new LstmLayer<double>(3, 4, options), new LstmLayer<double>(2, 4, gates),
            new LstmLayer<double>(4, 3, LstmVariants.Coupled), new LstmLayer<double>(3, 3, LstmVariants.FullGateRecurrence));
        model.Save(_folder["model"]);

        Sequential<double> read = Sequential<double>.Load(_folder["model"]);

        read.Layers.Select(layer => OptionsOf(layer)).Should().Equal(model.Layers.Select(layer => OptionsOf(layer)));
    }

    [Fact]
    public void What_belongs_to_the_model_is_kept()
    {
        ModelInfo<double> info = new()
        {
            Characters = new CharVocabulary("a\n\"Ü€𝄞"),
            Words = WordVocabulary.Build(["the", "of", "\"the"]),
            Scaler = new StandardScaler<double>([0.1, -1e300], [double.Epsilon, 1.0 / 3]),
            Labels = ["yes", "no \"x\"", "字"],
            Task = "Tells \\ things",
            Metrics = new Dictionary<string, double> { ["bits per character"] = 1.0 / 3, ["F1"] = double.Epsilon },
            Seed = ulong.MaxValue,
            Data = "text | of many",
            DataHash = new string('f', 64),
            Licence = "MIT",
            Texts = new Dictionary<string, string> { ["epoch"] = "3", [""] = "" },
        };
        Sequential<double> model = new(new Dense<double>(2, 1));
        model.Save(_folder["one"], info);

        Sequential<double> read = Sequential<double>.Load(_folder["one"], out ModelInfo<double> got);
        read.Save(_folder["two"], got);

        got.LibraryVersion.Should().Be("0.1.0");
        got.Scaler!.Scale.ToArray().Should().Equal(info.Scaler.Scale.ToArray());
        got.Scaler!.Mean.ToArray().Should().Equal(info.Scaler.Mean.ToArray());
        (got.Characters!.ToJson(), got.Words!.ToJson()).Should().Be((info.Characters.ToJson(), info.Words.ToJson()));
        got.Should().BeEquivalentTo(info, options => options
            .Excluding(member => member.LibraryVersion).Excluding(member => member.Scaler).Excluding(member => member.Characters).Excluding(member => member.Words));
        File.ReadAllBytes(_folder["two"]).Should().Equal(File.ReadAllBytes(_folder["one"]));
        read.LoadParameters(_folder["one"]).Should().Equal(info.Texts);
        ModelFile.ReadMetadata(_folder["one"]).Should().Equal(info.Texts);
    }

    [Fact]
    public void A_file_without_information_gives_none()
    {
        new Sequential<float>(new Dense<float>(2, 1)).Save(_folder["model"], new Dictionary<string, string> { ["epoch"] = "3" });

        Sequential<float>.Load(_folder["model"], out ModelInfo<float> info);

        info.Should().BeEquivalentTo(new ModelInfo<float> { Texts = new Dictionary<string, string> { ["epoch"] = "3" } });
    }

    [Fact]
    public void A_card_tells_what_the_model_is_and_how_it_is_loaded()
    {
        Sequential<float> model = new(new LstmLayer<float>(3, 4), new Dense<float>(4, 1));
        ModelInfo<float> info = new()
        {
            Licence = "MIT",
            Data = "a \"b\"",
            Seed = 7,
            Metrics = new Dictionary<string, double> { ["a|b"] = 0.25 },
            Task = "Forecasts.",
        };

        model.SaveCard(_folder["README.md"], "model.safetensors", info);

        string card = File.ReadAllText(_folder["README.md"]);
        card.Should().StartWith("---\nlibrary_name: lstm\ntags:\n- lstm\n- safetensors\nlicense: \"mit\"\ndatasets: \"a \\u0022b\\u0022\"\n---\n\n# model.safetensors\n\nForecasts.\n");
        card.Should().Contain("| 0 | LstmLayer | 3 | 4 | 128 |\n| 1 | Dense | 4 | 1 | 5 |\n\n133 parameters in all, of type float.\n");
        card.Should().Contain("| seed | 7 |\n| a\\|b | 0.25 |\n").And.Contain("Sequential<float>.Load(\"model.safetensors\", out ModelInfo<float> info);\n```\n");
    }

    public void Dispose() => _folder.Dispose();

    private static RecurrentOptions OptionsOf<T>(Layer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ((RecurrentLayer<T>)layer).Cell.Options;

    private void Gives<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new([.. Models<T>()[name]]);
        model.Initialize(seed: 5);
        model.Save(_folder["one"]);

        Sequential<T> read = Sequential<T>.Load(_folder["one"]);
        read.Save(_folder["two"]);

        File.ReadAllBytes(_folder["two"]).Should().Equal(File.ReadAllBytes(_folder["one"]));
        read.Parameters.Select(parameter => parameter.Name).Should().Equal(model.Parameters.Select(parameter => parameter.Name));
        Outputs(read).Should().Equal(Outputs(model));
    }

    private static byte[] Outputs<T>(Sequential<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Bptt<T> bptt = new(model, steps: 3, batch: 2);
        Random random = new(3);
        ReadOnlySpan<T> output = model.Layers[0].AcceptsValues
            ? bptt.Forward([.. Enumerable.Range(0, 6 * model.Layers[0].InputSize).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))])
            : bptt.ForwardTokens([0, 1, 2, 2, 1, 0]);
        return MemoryMarshal.AsBytes(output).ToArray();
    }

    private static Dictionary<string, Layer<T>[]> Models<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            ["dense"] = [new Dense<T>(3, 4), new Dense<T>(4, 1)],
            ["embedding"] = [new Embedding<T>(3, 4), new LstmLayer<T>(4, 5), new Dense<T>(5, 3)],
            ["peepholes"] = [new LstmLayer<T>(3, 4, LstmVariants.Vanilla)],
            ["norm"] = [new LstmLayer<T>(3, 4, new() { LayerNorm = new() })],
            ["ba"] = [new LstmLayer<T>(3, 4, new() { LayerNorm = LayerNormOptions.Ba })],
            ["seq2seqsharp"] = [new LstmLayer<T>(3, 4, new() { LayerNorm = LayerNormOptions.Seq2SeqSharp })],
            ["projection"] = [new LstmLayer<T>(3, 6, new() { Projection = 2, CellClip = 0.1 })],
            ["no input gate"] = [new LstmLayer<T>(3, 4, LstmVariants.NoInputGate)],
            ["no forget gate"] = [new LstmLayer<T>(3, 4, LstmVariants.NoForgetGate)],
            ["no output gate"] = [new LstmLayer<T>(3, 4, LstmVariants.NoOutputGate)],
            ["no input activation"] = [new LstmLayer<T>(3, 4, LstmVariants.NoInputActivation)],
            ["no output activation"] = [new LstmLayer<T>(3, 4, LstmVariants.NoOutputActivation)],
            ["coupled"] = [new LstmLayer<T>(3, 4, LstmVariants.Coupled)],
            ["full gate recurrence"] = [new LstmLayer<T>(3, 4, LstmVariants.FullGateRecurrence)],
            ["dropped"] = [new LstmLayer<T>(3, 4, new() { RecurrentDropout = 0.2, HiddenDropout = 0.1, ZoneoutCell = 0.3, LearnInitialState = true })],
            ["gru"] = [new GruLayer<T>(3, 4)],
            ["gru, reset before"] = [new GruLayer<T>(3, 4, new() { ResetAfter = false, ZoneoutHidden = 0.1 })],
            ["rnn"] = [new RnnLayer<T>(3, 4), new RnnLayer<T>(4, 4, new() { Activation = Activation.Relu, WeightDropout = 0.2 })],
            ["bidirectional"] = [new Bidirectional<T>(new GruLayer<T>(3, 4), new LstmLayer<T>(3, 2, LstmVariants.Vanilla)), new Dense<T>(6, 2)],
            ["residual"] = [new Residual<T>(new LstmLayer<T>(3, 4), new Dropout<T>(4, 0.1, variational: true), new Dense<T>(4, 3)), new Dropout<T>(3, 0.5)],
            ["cells"] =
            [
                new RecurrentLayer<T>(new LstmCell<T>(3, 4)), new RecurrentLayer<T>(new GruCell<T>(4, 5)), new RecurrentLayer<T>(new RnnCell<T>(5, 2)),
                new RecurrentLayer<T>(new LayerNormLstmCell<T>(2, 3, LayerNormOptions.Haste)),
            ],
        };
}

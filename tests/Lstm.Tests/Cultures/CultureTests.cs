using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Lstm.Samples;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Cultures;

/// <summary>Messages, texts and files are the same in every culture.</summary>
public sealed partial class CultureTests : IDisposable
{
    private static readonly string[] s_written = ["model", "state", "checkpoint", "svg", "log", "text"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Of the runs in other cultures: that they are in these, with the numbers that they have.</summary>
    [Fact]
    public void The_tests_run_in_the_culture_that_was_asked_for()
    {
        CultureInfo.CurrentCulture.Name.Should().Be(CultureSwitch.Name ?? "");
        (-1234.5).ToString("N1", CultureInfo.CurrentCulture).Equals("-1,234.5", StringComparison.Ordinal).Should().Be(CultureSwitch.Name is null or "");
    }

    [Fact]
    public void Messages_have_numbers_in_the_invariant_culture()
    {
        foreach ((Action action, string number) in Failures())
        {
            string expected = CultureSwitch.In(CultureInfo.InvariantCulture, () => MessageOf(action));

            CultureSwitch.In(CultureSwitch.Strange, () => MessageOf(action)).Should().Be(expected).And.Contain(number);
        }
    }

    [Fact]
    public void Texts_of_records_have_numbers_in_the_invariant_culture()
    {
        (object Record, string Part)[] records =
        [
            (new BatchPosition(3, -2, 1), "Epoch = -2"), (new PlateauState(0.5, -1.5, 1, 2), "Best = -1.5"), (new BatchLoss(-0.5, 2), "Mean = -0.5"),
            (new EarlyStopping { MinImprovement = 0.25 }, "EarlyStopping { Patience = 10, MinImprovement = 0.25 }"),
            (new LstmOptions { CellClip = 0.5 }, "CellClip = 0.5"), (new RnnOptions { HiddenDropout = 0.5 }, "RnnOptions { HiddenDropout = 0.5"),
            (new Evaluation { Loss = double.NaN, Weight = 2.5, Metrics = new Dictionary<string, double>() }, "Loss = NaN, Weight = 2.5"),
            (new ActivationStatistics(-0.5, 1, 2, 3), "Mean = -0.5"), (new TensorGradientCheck("W", [0], -0.5, 0.25, 1), "backward -0.5"),
            (new TrainerOptions<float> { ClipByValue = 0.5 }, "TrainerOptions { "), (new StateTensor<float>("x", [1], new float[1]), "StateTensor { Name = x"),
        ];
        foreach ((object record, string part) in records)
        {
            CultureSwitch.In(CultureSwitch.Strange, record.ToString).Should().Contain(part).And.Be(CultureSwitch.In(CultureInfo.InvariantCulture, record.ToString));
        }
    }

    /// <summary>What the compiler makes of a record writes numbers in the culture of the thread.</summary>
    [Fact]
    public void Every_public_record_has_a_text_of_its_own()
    {
        Type[] records = [.. typeof(Sequential<>).Assembly.GetExportedTypes().Where(type => type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) != null)];

        records.Should().HaveCountGreaterThan(20);
        records.Where(type => type.GetMethod("ToString", [])!.IsDefined(typeof(CompilerGeneratedAttribute))).Should().BeEmpty();
    }

    [Fact]
    public void Files_and_pictures_are_the_same_bytes()
    {
        byte[] expected = CultureSwitch.In(CultureInfo.InvariantCulture, Written);

        CultureSwitch.In(CultureSwitch.Strange, Written).Should().Equal(expected);
    }

    [Fact]
    public void Files_are_read_as_the_same_numbers()
    {
        Checkpoints.Checkpoints.Create<double>().Save(_folder["checkpoint"]);

        Checkpoint<double> read = CultureSwitch.In(CultureSwitch.Strange, () => Checkpoint<double>.Load(_folder["checkpoint"]));

        read.Parts["model"].Numbers.Should().Contain("rate", 0.1).And.Contain("best", double.PositiveInfinity);
    }

    /// <summary>The runtime's own exceptions of numbers out of range write them in the culture of the thread: only one file of the library makes them.</summary>
    [Fact]
    public void Numbers_out_of_range_are_told_in_one_place()
    {
        SourcesWith(RangeException(), "src").Should().BeEmpty("ArgumentOutOfRange.Error and ArgumentOutOfRange.ThrowIfLessThan are the library's own");
    }

    /// <summary>Interpolated strings that a StringBuilder takes are none: it formats their values itself, in the culture of the thread.</summary>
    [Fact]
    public void A_builder_of_texts_is_told_the_culture()
    {
        SourcesWith(BuilderWithoutCulture(), "src").Should().BeEmpty();
        SourcesWith(BuilderWithoutCulture(), "samples").Should().BeEmpty();
    }

    private static IEnumerable<(Action Action, string Number)> Failures()
    {
        ParameterCollection<double> parameters = new Sequential<double>(new Dense<double>(2, 3)).Parameters;
        yield return (() => _ = new StandardScaler<double>([0], [-0.5]), "-0.5");
        yield return (() => _ = new Adam<double>(parameters, learningRate: -0.5), "-0.5");
        yield return (() => _ = new Dropout<double>(2, -0.5), "-0.5");
        yield return (() => _ = new Dense<double>(-2, 3), "-2");
        yield return (() => _ = new LstmLayer<double>(2, 3, new() { CellClip = -0.5 }), "-0.5");
        yield return (() => _ = new Bptt<double>(new Sequential<double>(new Dense<double>(2, 3)), steps: -3, batch: 1), "-3");
        yield return (() => _ = new LstmLayer<double>(2, 3, new() { LayerNorm = new() { Cell = (CellPlacement)(-7) } }), "-7");
        yield return (() => _ = new CtcLoss<double>(3, 2, 1, new() { ImpossibleAlignment = (ImpossibleAlignment)(-7) }), "-7");
        yield return (() => GradientClipping.ByValue(parameters, -0.5), "-0.5");
        yield return (() => _ = new ReduceOnPlateau(0.1, factor: -0.5), "-0.5");
        yield return (() => new ReduceOnPlateau(0.1).State = new(0.1, 0.5, -1, 0), "-1");
        yield return (() => _ = LearningRateSchedule.Constant(-0.5), "-0.5");
        yield return (() => WeightAverage<double>.Exponential(parameters, -0.5), "-0.5");
        yield return (() => HuberLoss.Evaluate<double>([1], [2], delta: -0.5), "-0.5");
        yield return (() => SoftmaxCrossEntropy.Evaluate<double>([1, 2], [1], labelSmoothing: -0.5), "-0.5");
        yield return (() => _ = new CtcLoss<double>(-3, 2, 1), "-3");
        yield return (() => _ = new CheckpointFolder<double>("x", keep: -1), "-1");
        yield return (() => (Checkpoints.Checkpoints.Create<double>() with { Step = -1 }).Save("x"), "-1");
        yield return (() => parameters.Restore(parameters.State with { Steps = -7 }), "-7");
        yield return (() => new TokenWindows(new TokenStreams(new int[9], 2), 2).Position = new BatchPosition(0, -5, 1), "-5");
        yield return (() => TimeSplit.ByFractions(10, -0.5, 0.25), "-0.5");
        yield return (() => new CharVocabulary("abc").Decode([-1]), "-1");
        yield return (() => _ = new CheckpointNumbers(new Dictionary<string, double> { ["epoch"] = -0.5 }, "trainer").Int("epoch"), "-0.5");
    }

    private byte[] Written()
    {
        Sequential<double> model = new(new Dense<double>(2, 3));
        model.Save(_folder["model"], new Dictionary<string, string> { ["a"] = "b" });
        new Adam<double>(model.Parameters, learningRate: 0.5).State.Save(_folder["state"]);
        Checkpoints.Checkpoints.Create<double>().Save(_folder["checkpoint"]);
        Chart chart = new("Loss", "epoch", "nats", [new ChartLine("a", [(-1.5, 0.25), (1.5, -0.75)])]);
        SvgChart.Save(chart, _folder["svg"]);
        File.Delete(_folder["log"]);
        new JsonLog(_folder["log"]).Append(new { loss = -0.5, norm = double.NaN });
        File.WriteAllText(_folder["text"], TextChart.Draw(chart) + $"{-0.5} {1234.5:N1}");
        return [.. s_written.SelectMany(name => File.ReadAllBytes(_folder[name]))];
    }

    private static string MessageOf(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }

        throw new InvalidOperationException("It was expected to fail.");
    }

    private static string[] SourcesWith(Regex pattern, string folder)
    {
        string[] files = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../..", folder), "*.cs", SearchOption.AllDirectories);
        files.Should().HaveCountGreaterThan(20);
        return [.. files.Where(file => pattern.IsMatch(File.ReadAllText(file)))];
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"ArgumentOutOfRangeException\.ThrowIf|new ArgumentOutOfRangeException\(")]
    private static partial Regex RangeException();

    [GeneratedRegex(@"\.Append(Line)?\(\$")]
    private static partial Regex BuilderWithoutCulture();
}

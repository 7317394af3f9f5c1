using Lstm.Tests.Formats;
using Lstm.Tests.Training;

namespace Lstm.Tests.Checkpoints;

/// <summary>
/// Checkpoints with a right checksum and a number that no trainer writes: refused by the name of the number where the file is read, so that the folder goes on
/// to the one before; and refused by the trainer where they come from memory.
/// </summary>
public sealed class CheckpointRangeTests : IDisposable
{
    private static readonly Lazy<Checkpoint<double>> s_sound = new(() =>
    {
        Trainer<double, TokenWindow> trainer = Trainer();
        trainer.Fit(Trainings.Windows(180), Trainings.Windows(90, seed: 4), epochs: 2);
        return trainer.Checkpoint();
    });

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, double> WrongNumbers
    {
        get
        {
            TheoryData<string, string, double> data = [];
            void Add(string part, string name, params double[] values) => Array.ForEach(values, value => data.Add(part, name, value));
            double[] noCount = [-1, 0.5, 2147483648.0, 1e300, double.NaN, double.PositiveInfinity], noFlag = [-1, 2, 0.5, double.NaN];
            Add("history", "rounds", [.. noCount, 100_000_000, 2147483647]);
            Add("history", "1.epoch", [.. noCount, -5]);
            Add("history", "0.step", -1, 0.5, 9007199254740994, 1e300, double.NaN);
            Add("history", "0.seconds", -1, double.NaN, double.PositiveInfinity);
            Add("history", "0.training.exists", noFlag);
            Add("history", "1.validation.exists", noFlag);
            Add("trainer", "epoch", [.. noCount, -5, 2147483647]);
            Add("trainer", "skipsInTurn", noCount);
            Add("trainer", "position.batch", noCount);
            Add("trainer", "best.worseRounds", noCount);
            Add("trainer", "plateau.badReports", noCount);
            Add("trainer", "plateau.cooldown", noCount);
            Add("trainer", "roundStart", -1, 0.5, 1e300, double.NaN);
            Add("trainer", "position.epoch", -5, 1e300);
            Add("trainer", "skipped", -1, 1e300);
            Add("trainer", "isRoundOver", noFlag);
            Add("trainer", "hasPosition", noFlag);
            Add("trainer", "roundSeconds", -1, double.NaN, double.PositiveInfinity);
            Add("trainer", "plateau.rate", -1, double.NaN, double.PositiveInfinity);
            Add("trainer", "plateau.best", double.NaN);
            Add("trainer", "best.loss", double.NaN);
            Add("trainer", "best.reference", double.NaN);
            Add("states", "1.h.fresh", noFlag);
            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(WrongNumbers))]
    public void A_number_out_of_its_range_is_refused_by_its_name(string part, string name, double value)
    {
        s_sound.Value.Parts[part].Numbers.Should().ContainKey(name);
        ShouldBeRefused(With(part, state => state with { Numbers = new Dictionary<string, double>(state.Numbers) { [name] = value } }), $"*'{name}'*'{part}'*");
    }

    [Fact]
    public void Steps_without_end_are_refused()
    {
        ShouldBeRefused(With("states", state => state with { Steps = long.MaxValue }), "*steps*'states'*9223372036854775807*");
        Trainer<double, TokenWindow> trainer = Trainer();
        foreach (string part in (string[])["optimizer", "average", "model"])
        {
            trainer.Invoking(to => to.Restore(With(part, state => state with { Steps = long.MaxValue }))).Should().Throw<ArgumentException>().WithMessage("*no more than 9007199254740992, but got 9223372036854775807*");
        }

        trainer.Optimizer.Steps.Should().Be(0);
    }

    [Fact]
    public void Nothing_is_allocated_on_the_word_of_a_number()
    {
        string path = _folder["file"];
        With("history", state => state with { Numbers = new Dictionary<string, double>(state.Numbers) { ["rounds"] = 100_000_000 } }).Save(path);

        AllocatedBy(() => FluentActions.Invoking(() => Checkpoint<double>.Load(path)).Should().Throw<InvalidDataException>()).Should().BeLessThan(4 << 20);
    }

    /// <summary>By what is allocated: what was in the square of the parts took 9.6 GB here.</summary>
    [Fact]
    public void Memory_is_linear_in_the_number_of_parts()
    {
        string few = _folder["few"], many = _folder["many"];
        OfParts(2_500).Save(few);
        OfParts(10_000).Save(many);
        long small = AllocatedBy(() => Checkpoint<float>.Load(few)), large = AllocatedBy(() => Checkpoint<float>.Load(many).Parts.Should().HaveCount(10_000));

        large.Should().BeLessThan(5 * small);
        large.Should().BeLessThan(60 * new FileInfo(many).Length);
    }

    [Theory]
    [InlineData("p,p", "*'parts'*once*'p' comes twice*")]
    [InlineData("p,,q", "*'parts'*names of letters*''*")]
    [InlineData("p/q", "*'parts'*names of letters*'p/q'*")]
    [InlineData("", "*tensors of the parts*'x' is of 'p'*")]
    [InlineData("q", "*tensors of the parts*'x' is of 'p'*")]
    public void Parts_that_are_none_are_refused(string parts, string message)
    {
        string path = _folder.Write("file", OfText($"'parts':'{parts}',"));

        FluentActions.Invoking(() => Checkpoint<float>.Load(path)).Should().ThrowExactly<InvalidDataException>().WithMessage($"Cannot read '{path}'. {message}");
    }

    [Fact]
    public void Parts_that_are_not_told_are_refused()
    {
        string path = _folder.Write("file", OfText(""));

        FluentActions.Invoking(() => Checkpoint<float>.Load(path)).Should().ThrowExactly<InvalidDataException>().WithMessage("*'parts', but it has none*");
        _folder.Write("file", OfText("'parts':'p',"));
        Checkpoint<float>.Load(path).Parts.Keys.Should().Equal("p");
    }

    [Fact]
    public void The_folder_goes_on_to_the_checkpoint_before()
    {
        CheckpointFolder<float> folder = new(_folder["run"]);
        folder.Save(Checkpoints.Create<float>(5));
        File.WriteAllBytes(_folder["run/checkpoint-000002.safetensors"], OfText("'parts':'p,p',"));
        List<string> warnings = [];

        new CheckpointFolder<float>(_folder["run"]).LoadNewest(warnings.Add)!.Step.Should().Be(5);

        warnings.Should().ContainSingle().Which.Should().Contain("'p' comes twice");
    }

    private void ShouldBeRefused(Checkpoint<double> checkpoint, string message)
    {
        Trainer<double, TokenWindow> trainer = Trainer();
        byte[] before = Trainings.Bits(trainer.Model);
        trainer.Invoking(to => to.Restore(checkpoint)).Should().Throw<ArgumentException>().WithMessage(message);
        Trainings.Bits(trainer.Model).Should().Equal(before);

        CheckpointFolder<double> folder = new(_folder["run"]);
        folder.Save(s_sound.Value with { Step = 99 });
        folder.Save(checkpoint);
        FluentActions.Invoking(() => Checkpoint<double>.Load(folder.Files[0])).Should().ThrowExactly<InvalidDataException>()
            .WithMessage($"Cannot read '{folder.Files[0]}'. {message}");
        new CheckpointFolder<double>(_folder["run"]).LoadNewest()!.Step.Should().Be(99);
    }

    private static Checkpoint<double> With(string part, Func<NamedState<double>, NamedState<double>> change) => s_sound.Value with
    {
        Parts = s_sound.Value.Parts.ToDictionary(pair => pair.Key, pair => pair.Key == part ? change(pair.Value) : pair.Value),
    };

    private static Trainer<double, TokenWindow> Trainer()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        return new(model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), steps: 8, batch: 4, new()
        {
            Schedule = new ReduceOnPlateau(0.02),
            EarlyStopping = new(),
            Average = WeightAverage<double>.Exponential(model.Parameters, 0.8),
        });
    }

    private static Checkpoint<float> OfParts(int count) => new()
    {
        Step = 1,
        Parts = Enumerable.Range(0, count).ToDictionary(
            k => $"part-{k}", _ => new NamedState<float> { Kind = "None", Steps = 0, Numbers = new Dictionary<string, double>(), Tensors = [] }),
    };

    /// <summary>The bytes of a checkpoint of one part p with a tensor x, with other texts about the parts, and the checksum that belongs to them.</summary>
    private static byte[] OfText(string parts) => Checkpoints.Sealed(FileBytes.Of(
        $"{{'__metadata__':{{'sha256':'{new string('0', 64)}','checkpoint':'1','step':'1',{parts}'p/kind':'None','p/steps':'1'}},"
        + "'p/x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 4));

    private static long AllocatedBy(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

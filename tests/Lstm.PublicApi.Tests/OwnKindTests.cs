using Lstm.PublicApi.Tests.Cells;
using Lstm.PublicApi.Tests.Layers;

namespace Lstm.PublicApi.Tests;

/// <summary>Cells and layers of users describe themselves in files, and are made again by functions that users register.</summary>
public sealed class OwnKindTests : IDisposable
{
    private static readonly float[] s_input = [.. Enumerable.Range(0, 18).Select(k => MathF.Sin(k))];

    private readonly string _file = Path.GetTempFileName();

    private static LayerKinds<float> Kinds => new LayerKinds<float>()
        .AddCell("tests.minimal", d => new MinimalGatedUnitCell<float>(d.WholeNumber("inputSize"), d.WholeNumber("hiddenSize"), RecurrentOptions.Read(d)))
        .AddLayer("tests.pair", d => new GatedPair<float>(Part(d, 0), Part(d, 1), d.Text("gateName", "gate")));

    [Fact]
    public void A_model_of_them_comes_back()
    {
        RecurrentOptions options = new() { ZoneoutHidden = 0.25, LearnInitialState = true };
        Sequential<float> model = new(
            new GatedPair<float>(new RecurrentLayer<float>(new MinimalGatedUnitCell<float>(3, 4, options)), new Dense<float>(4, 4), "door"),
            new Bidirectional<float>(() => new RecurrentLayer<float>(new MinimalGatedUnitCell<float>(4, 2))));
        model.Initialize(seed: 8);
        model.Save(_file);

        Sequential<float> read = Sequential<float>.Load(_file, Kinds);

        Output(read).Should().Equal(Output(model));
        ((GatedPair<float>)read.Layers[0]).First.Describe()!.Parts("cell")[0].Number("zoneoutHidden").Should().Be(0.25);
    }

    [Fact]
    public void Kinds_that_nobody_knows_are_told()
    {
        new Sequential<float>(new RecurrentLayer<float>(new MinimalGatedUnitCell<float>(3, 4))).Save(_file);

        Load().Should().ThrowExactly<InvalidDataException>().WithMessage(
            "*Expected a kind of cell that is known, but got 'tests.minimal': if it is your own, give a LayerKinds that knows it by AddCell.");
    }

    [Fact]
    public void Layers_that_do_not_describe_themselves_are_told_and_their_parameters_are_kept()
    {
        Sequential<float> model = new(new Dense<float>(3, 4), new RecurrentLayer<float>(new PeepholeCell<float>(4, 2, 3)));
        model.Save(_file);

        Load().Should().ThrowExactly<InvalidDataException>().WithMessage("*layer 1, PeepholeCell, did not describe itself when it was saved*");
        model.LoadParameters(_file).Should().BeEmpty();
    }

    [Fact]
    public void What_belongs_to_a_model_is_read_for_layers_that_do_not_describe_themselves()
    {
        Sequential<float> model = new(new RecurrentLayer<float>(new PeepholeCell<float>(4, 2, 3)));
        model.Save(_file, new ModelInfo<float> { Labels = ["a", "b"], Seed = 5 });
        Sequential<float> built = new(new RecurrentLayer<float>(new PeepholeCell<float>(4, 2, 3)));
        built.Parameters.Values.Clear();

        built.LoadParameters(_file, out ModelInfo<float> info);

        (info.Labels[1], info.Seed).Should().Be(("b", 5UL));
        built.Parameters.Values.SequenceEqual(model.Parameters.Values).Should().BeTrue();
    }

    [Fact]
    public void Deep_models_come_back()
    {
        Layer<float> layer = new Dense<float>(2, 2);
        for (int depth = 0; depth < 100; depth++)
        {
            layer = new Residual<float>(layer);
        }

        new Sequential<float>(layer).Save(_file);

        Sequential<float>.Load(_file).Parameters.Count.Should().Be(2);
    }

    [Fact]
    public void Functions_may_refuse_what_they_read()
    {
        new Sequential<float>(new RecurrentLayer<float>(new MinimalGatedUnitCell<float>(3, 4))).Save(_file);
        LayerKinds<float> kinds = new LayerKinds<float>().AddCell("tests.minimal", d => throw new ArgumentException($"Not {d.WholeNumber("hiddenSize")}."));

        FluentActions.Invoking(() => Sequential<float>.Load(_file, kinds)).Should().ThrowExactly<InvalidDataException>()
            .WithMessage("*Expected cell kind 'tests.minimal' to be one that can be made. Not 4.");
    }

    [Fact]
    public void Bad_descriptions_and_kinds_are_refused()
    {
        LayerDescription description = new LayerDescription("a").With("x", 1);

        Throws<ArgumentException>(() => description.With("x", 2), "*'x' is taken*");
        Throws<ArgumentException>(() => description.With("kind", 2), "*'kind' is taken*");
        Throws<ArgumentException>(() => description.With("", 2), "*a name that is not empty*");
        Throws<ArgumentException>(() => description.With("y", double.NaN), "*'y' to be finite*");
        Throws<ArgumentException>(() => description.With("y", "\ud800"), "*Unicode*");
        Throws<ArgumentException>(() => _ = new LayerDescription(""), "*not empty*");
        Throws<InvalidDataException>(() => description.Flag("x"), "*'x' of layer kind 'a' to be true or false*");
        Throws<InvalidDataException>(() => description.Text("z"), "*layer kind 'a' to have 'z', a text, but it has none*");
        Throws<ArgumentException>(() => new LayerKinds<float>().AddLayer("lstm", _ => new Dense<float>(1, 1)), "*'lstm' is known already*");
    }

    public void Dispose() => File.Delete(_file);

    private static void Throws<TException>(Action action, string message)
        where TException : Exception => action.Should().Throw<TException>().WithMessage(message);

    private static Layer<float> Part(LayerDescription description, int index) => Kinds.CreateLayer(description.Parts("parts")[index]);

    private static float[] Output(Sequential<float> model) => new Bptt<float>(model, steps: 3, batch: 2).Forward(s_input).ToArray();

    private Action Load() => () => Sequential<float>.Load(_file);
}

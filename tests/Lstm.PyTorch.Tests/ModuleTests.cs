namespace Lstm.PyTorch.Tests;

/// <summary>Names, shapes and options that do not fit are refused, and no weight changes.</summary>
public sealed class ModuleTests
{
    [Fact]
    public void Weights_are_not_lost_in_an_average()
    {
        Sequential<float> model = new(new Dense<float>(2, 1));
        TorchStateDict<float> weights = TorchStateDict<float>.From(new TorchModule<float>("head", model.Layers[0]));
        WeightAverage<float> average = WeightAverage<float>.Exponential(model.Parameters, decay: 0.5);
        average.Update();
        float[] before = model.Parameters.Values.ToArray();
        using IDisposable applied = average.Apply();

        Action copy = () => weights.CopyTo(new TorchModule<float>("head", model.Layers[0]));

        copy.Should().Throw<InvalidOperationException>().WithMessage("*average*");
        model.Parameters.Values.ToArray().Should().Equal(before);
    }

    private readonly Sequential<float> _model = new(
        new Embedding<float>(9, 4),
        new LstmLayer<float>(4, 5),
        new LstmLayer<float>(5, 5),
        new Dense<float>(5, 2));

    private TorchModule<float>[] Modules =>
        [new("embedding", _model.Layers[0]), new("rnn", _model.Layers[1], _model.Layers[2]), new("head", _model.Layers[3])];

    [Fact]
    public void Modules_have_the_names_and_shapes_of_PyTorch()
    {
        TorchStateDict<float> weights = TorchStateDict<float>.From(Modules);

        weights.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(",", tensor.Shape)}]").Should().Equal(
            "embedding.weight [9,4]",
            "rnn.weight_ih_l0 [20,4]", "rnn.weight_hh_l0 [20,5]", "rnn.bias_ih_l0 [20]", "rnn.bias_hh_l0 [20]",
            "rnn.weight_ih_l1 [20,5]", "rnn.weight_hh_l1 [20,5]", "rnn.bias_ih_l1 [20]", "rnn.bias_hh_l1 [20]",
            "head.weight [2,5]", "head.bias [2]");
        weights["rnn.bias_hh_l0"].Values.ToArray().Should().OnlyContain(value => value == 0);
        Modules.Select(module => module.Type).Should().Equal("nn.Embedding", "nn.LSTM", "nn.Linear");
        Modules[1].ToString().Should().Be("nn.LSTM 'rnn' of 2 layers");
    }

    [Fact]
    public void Weights_are_copies()
    {
        TorchStateDict<float> weights = TorchStateDict<float>.From(Modules);
        float[] before = weights["head.weight"].Values.ToArray();
        _model.Parameters.Values.Clear();

        weights["head.weight"].Values.ToArray().Should().Equal(before);
    }

    [Fact]
    public void A_missing_tensor_is_named() => Refuse(
        "Expected tensor 'rnn.weight_hh_l1' of shape [20,5], but there is none.", tensor => tensor.Name != "rnn.weight_hh_l1");

    [Fact]
    public void A_missing_bias_is_named_if_the_module_has_others() => Refuse(
        "Expected tensor 'rnn.bias_hh_l1' of shape [20], but there is none.", tensor => tensor.Name != "rnn.bias_hh_l1");

    [Fact]
    public void Surplus_tensors_are_named()
    {
        StateTensor<float>[] more = [.. Complete(), new("norm.weight", [3], new float[3]), new("rnn.weight_ih_l2", [1, 2], new float[2])];

        Refuse(
            new TorchStateDict<float>(more, [new("norm.steps", "int64", [])]),
            "Expected the tensors of the modules alone, but there are 3 more: 'norm.weight' [3], 'rnn.weight_ih_l2' [1,2], "
                + "'norm.steps' [] of int64.");
    }

    [Fact]
    public void Another_shape_is_named()
    {
        StateTensor<float>[] other = [.. Complete().Select(tensor => tensor.Name == "head.weight"
            ? tensor with { Shape = [5, 2] }
            : tensor)];

        Refuse(new TorchStateDict<float>(other), "Expected tensor 'head.weight' of shape [2,5], but it has [5,2].");
    }

    [Fact]
    public void Integers_are_no_weights()
    {
        TorchStateDict<float> weights = new(
            Complete().Where(tensor => tensor.Name != "head.weight"), [new("head.weight", "int8", [2, 5])]);

        Refuse(weights, "Expected tensor 'head.weight' of shape [2,5], but its elements are of int8.");
    }

    [Fact]
    public void A_module_without_biases_sets_them_to_0_and_writes_none()
    {
        TorchStateDict<float> weights = new(Complete().Where(tensor => !tensor.Name.Contains("bias", StringComparison.Ordinal)));
        Modules[0].HasBias.Should().BeTrue();
        weights.CopyTo(Modules);
        TorchModule<float> head = new("head", _model.Layers[3]) { HasBias = false };

        _model.Parameters["1.b"].Value.ToArray().Should().OnlyContain(value => value == 0);
        _model.Parameters["3.b"].Value.ToArray().Should().OnlyContain(value => value == 0);
        TorchStateDict<float>.From(head).Tensors.Should().ContainSingle();
        _model.Parameters["3.b"].Value[1] = 1;
        FluentActions.Invoking(() => TorchStateDict<float>.From(head)).Should().Throw<InvalidOperationException>()
            .WithMessage("Expected 3.b to be 0, as the module has no 'head.bias', but some of it is not.");
        FluentActions.Invoking(() => TorchStateDict<float>.From(new TorchModule<float>("head", _model.Layers[3])).CopyTo(head))
            .Should().Throw<InvalidDataException>().WithMessage("*'head.bias' [2]*");
    }

    [Fact]
    public void A_part_of_a_model_is_taken_by_its_name()
    {
        TorchStateDict<float> weights = TorchStateDict<float>.From(Modules).Under("rnn");

        weights.Tensors.Should().HaveCount(8);
        weights["weight_ih_l0"].Shape.Should().Equal(20, 4);
        FluentActions.Invoking(() => weights["rnn.weight_ih_l0"])
            .Should().Throw<KeyNotFoundException>().WithMessage("*'rnn.weight_ih_l0'*");
    }

    [Fact]
    public void Layers_that_belong_to_no_model_are_refused()
    {
        TorchModule<float> loose = new("head", new Dense<float>(5, 2));

        FluentActions.Invoking(() => TorchStateDict<float>.From(loose)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => new TorchStateDict<float>([new("head.weight", [2, 5], new float[10])]).CopyTo(loose))
            .Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_name_or_a_layer_comes_once()
    {
        FluentActions.Invoking(() => TorchStateDict<float>.From(Modules[0], new("embedding", _model.Layers[3])))
            .Should().Throw<ArgumentException>().WithMessage("Two modules have the name 'embedding'.*");
        FluentActions.Invoking(() => TorchStateDict<float>.From(Modules[0], new("other", _model.Layers[0])))
            .Should().Throw<ArgumentException>().WithMessage("A layer of module 'other' is given twice.*");
        FluentActions.Invoking(() => new TorchStateDict<float>([new("a", [1], new float[1]), new("a", [1], new float[1])]))
            .Should().Throw<ArgumentException>().WithMessage("*'a' comes twice*");
        FluentActions.Invoking(() => new TorchStateDict<float>([new("a", [2], new float[1])]))
            .Should().Throw<ArgumentException>().WithMessage("*'a'*[2]*1*");
    }

    public static TheoryData<string, Func<Layer<float>[]>> Unfit => new()
    {
        { "at least one layer", () => [] },
        { "no Peepholes", () => [new LstmLayer<float>(2, 2, new() { Peepholes = true })] },
        { "no LayerNorm", () => [new LstmLayer<float>(2, 2, new() { LayerNorm = new() { Bias = false, GateShift = true } })] },
        { "no CoupledGates", () => [new LstmLayer<float>(2, 2, new() { CoupledGates = true })] },
        { "no FullGateRecurrence", () => [new LstmLayer<float>(2, 2, new() { FullGateRecurrence = true })] },
        { "no CellClip", () => [new LstmLayer<float>(2, 2, new() { CellClip = 3 })] },
        { "no ZoneoutCell", () => [new LstmLayer<float>(2, 2, new() { ZoneoutCell = 0.1 })] },
        { "no ZoneoutHidden", () => [new GruLayer<float>(2, 2, new() { ZoneoutHidden = 0.1 })] },
        { "no LearnInitialState", () => [new RnnLayer<float>(2, 2, new() { LearnInitialState = true })] },
        { "no InputGate = false", () => [new LstmLayer<float>(2, 2, new() { InputGate = false })] },
        { "no ForgetGate = false", () => [new LstmLayer<float>(2, 2, new() { ForgetGate = false })] },
        { "no OutputGate = false", () => [new LstmLayer<float>(2, 2, new() { OutputGate = false })] },
        { "no BlockActivation", () => [new LstmLayer<float>(2, 2, new() { BlockActivation = Activation.Identity })] },
        { "no OutputActivation", () => [new LstmLayer<float>(2, 2, new() { OutputActivation = Activation.Identity })] },
        { "no ResetAfter = false", () => [new GruLayer<float>(2, 2, new() { ResetAfter = false })] },
        { "no Activation Sigmoid", () => [new RnnLayer<float>(2, 2, new() { Activation = Activation.Sigmoid })] },
        { "but got Dropout", () => [new Dropout<float>(2, 0.5)] },
        { "but got Dense", () => [new LstmLayer<float>(2, 2), new Dense<float>(2, 2)] },
        { "layer 1 differs", () => [new LstmLayer<float>(2, 2), new GruLayer<float>(2, 2)] },
        { "layer 1 differs", () => [new LstmLayer<float>(2, 2), new LstmLayer<float>(2, 3)] },
        { "layer 1 differs", () => [new LstmLayer<float>(2, 4, new() { Projection = 2 }), new LstmLayer<float>(2, 4)] },
        { "layer 1 differs", () => [new RnnLayer<float>(2, 2), new RnnLayer<float>(2, 2, new() { Activation = Activation.Relu })] },
        { "layer 1 differs", () => [new LstmLayer<float>(2, 2), new Bidirectional<float>(() => new LstmLayer<float>(2, 2))] },
        { "layer 0 differs", () => [new Bidirectional<float>(new LstmLayer<float>(2, 2), new GruLayer<float>(2, 2))] },
        { "input of size 3, but layer 0 gives 2", () => [new LstmLayer<float>(2, 2), new LstmLayer<float>(3, 2)] },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Layers_that_are_no_module_are_refused(string reason, Func<Layer<float>[]> layers) =>
        FluentActions.Invoking(() => new TorchModule<float>("rnn", layers())).Should().Throw<ArgumentException>()
            .WithMessage($"*{reason}*").WithParameterName("layers");

    [Fact]
    public void Dropout_within_a_layer_does_not_hinder() => new TorchModule<float>(
        "rnn", new LstmLayer<float>(2, 2, new() { RecurrentDropout = 0.1, HiddenDropout = 0.2, WeightDropout = 0.3 }))
        .Type.Should().Be("nn.LSTM");

    [Fact]
    public void A_cell_is_one_layer_of_one_direction()
    {
        new TorchModule<float>("cell", new GruLayer<float>(2, 2)) { IsCell = true }.Type.Should().Be("nn.GRUCell");
        FluentActions.Invoking(() => new TorchModule<float>("cell", new Dense<float>(2, 2)) { IsCell = true })
            .Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new TorchModule<float>("cell", new GruLayer<float>(2, 2), new GruLayer<float>(2, 2)) { IsCell = true })
            .Should().Throw<ArgumentException>();
        Bidirectional<float> both = new(() => new GruLayer<float>(2, 2));
        FluentActions.Invoking(() => new TorchModule<float>("cell", both) { IsCell = true })
            .Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new TorchModule<float>("cell", new LstmLayer<float>(2, 4, new() { Projection = 2 })) { IsCell = true })
            .Should().Throw<ArgumentException>();
    }

    private static IReadOnlyList<StateTensor<float>> Complete()
    {
        Sequential<float> other = new(
            new Embedding<float>(9, 4), new LstmLayer<float>(4, 5), new LstmLayer<float>(5, 5), new Dense<float>(5, 2));
        other.Initialize(7);
        return TorchStateDict<float>.From(
            new("embedding", other.Layers[0]), new("rnn", other.Layers[1], other.Layers[2]), new("head", other.Layers[3])).Tensors;
    }

    private void Refuse(string message, Func<StateTensor<float>, bool> kept) =>
        Refuse(new TorchStateDict<float>(Complete().Where(kept)), message);

    private void Refuse(TorchStateDict<float> weights, string message)
    {
        float[] before = _model.Parameters.Values.ToArray();

        FluentActions.Invoking(() => weights.CopyTo(Modules)).Should().Throw<InvalidDataException>().WithMessage(message);
        _model.Parameters.Values.SequenceEqual(before).Should().BeTrue("nothing changes");
    }
}

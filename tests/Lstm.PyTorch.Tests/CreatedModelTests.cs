namespace Lstm.PyTorch.Tests;

/// <summary>Models are made of shapes, and shapes that are no model's are refused.</summary>
public sealed class CreatedModelTests
{
    [Fact]
    public void A_model_of_all_three_modules_is_made()
    {
        Sequential<float> model = Weights().CreateModel("rnn", "embedding", "head");

        model.Layers.Select(layer => (layer.GetType(), layer.InputSize, layer.OutputSize)).Should().Equal(
            (typeof(Embedding<float>), 9, 4),
            (typeof(GruLayer<float>), 4, 5),
            (typeof(GruLayer<float>), 5, 5),
            (typeof(Dense<float>), 5, 2));
    }

    [Fact]
    public void Shapes_that_are_no_models_are_refused()
    {
        Refuse(With("rnn.weight_hh_l0", 10, 5), "'rnn.weight_hh_l0' with 4, 3 or 1 rows for each of 5 units*but it has 10.");
        Refuse(With("rnn.weight_hh_l0", 0, 5), "'rnn.weight_hh_l0' of shape [*,*], but it has [0,5].");
        Refuse(With("rnn.weight_ih_l0", 0, int.MaxValue), "'rnn.weight_ih_l0' of shape [15,4], but it has [0,2147483647].");
        Refuse(With("rnn.weight_ih_l1", 15, 7), "'rnn.weight_ih_l1' of shape [15,5], but it has [15,7].");
        Refuse(With("rnn.weight_hr_l0", 5, 6), "'rnn.weight_hh_l0' with 4, 3 or 1 rows for each of 6 units*but it has 15.");
        Refuse(With("rnn.weight_hr_l0", 5, 15), "'rnn.weight_hh_l0' with 4, 3 or 1 rows for each of 15 units*but it has 15.");
        Refuse(With("embedding.weight", 9), "'embedding.weight' of shape [*,*], but it has [9].");
        Refuse(With("head.weight", 2, 6), "'head.weight' of shape [*,5], but it has [2,6].");
        Refuse(With("rnn.weight_ih_l3", 15, 5), "more: 'rnn.weight_ih_l3' [15,5].");
        Refuse(With("rnn.weight_hh_l1", 15, 6), "'rnn.weight_hh_l1' of shape [15,5], but it has [15,6].");
    }

    [Fact]
    public void A_name_that_is_missing_is_told()
    {
        FluentActions.Invoking(() => Weights().CreateModel("lstm", "embedding", "head"))
            .Should().Throw<InvalidDataException>().WithMessage("Expected tensor 'lstm.weight_hh_l0', but there is none.");
        FluentActions.Invoking(() => Weights().CreateModel("rnn", "embedding"))
            .Should().Throw<InvalidDataException>().WithMessage("*'head.weight' [2,5], 'head.bias' [2].");
        FluentActions.Invoking(() => Weights().CreateModel("rnn", activation: Activation.Sigmoid)).Should().Throw<ArgumentException>();
    }

    private static TorchStateDict<float> Weights()
    {
        Sequential<float> model = new(
            new Embedding<float>(9, 4), new GruLayer<float>(4, 5), new GruLayer<float>(5, 5), new Dense<float>(5, 2));
        return TorchStateDict<float>.From(
            new("embedding", model.Layers[0]), new("rnn", model.Layers[1], model.Layers[2]), new("head", model.Layers[3]));
    }

    private static TorchStateDict<float> With(string name, params int[] shape) => new(
        Weights().Tensors.Where(tensor => tensor.Name != name)
            .Append(new(name, shape, new float[shape.Aggregate(1, (product, size) => product * size)])));

    private static void Refuse(TorchStateDict<float> weights, string message) =>
        FluentActions.Invoking(() => weights.CreateModel("rnn", "embedding", "head"))
            .Should().Throw<InvalidDataException>().WithMessage($"*{message}");
}

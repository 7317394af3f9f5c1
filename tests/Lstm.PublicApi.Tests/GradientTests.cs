using Lstm.PublicApi.Tests.Layers;

namespace Lstm.PublicApi.Tests;

/// <summary>The gradients of what users write are those of finite differences, alone and within other layers.</summary>
public sealed class GradientTests
{
    private const int Size = 4;

    public static TheoryData<string> All => Subjects.All;

    public static TheoryData<string> Cells => Subjects.Cells;

    [Theory]
    [MemberData(nameof(All))]
    public void A_layer_alone_passes_the_check(string name) =>
        GradientCheck.Run(Subjects.Layer<double>(name, Size), steps: 4, batch: 3, seed: 1).ThrowIfWorseThan(1e-7);

    [Theory]
    [MemberData(nameof(All))]
    public void A_layer_passes_the_check_with_lengths(string name) =>
        GradientCheck.Run(Subjects.Layer<double>(name, Size), steps: 4, batch: 4, seed: 2, lengths: [2, 0, 4, 1]).ThrowIfWorseThan(1e-7);

    [Theory]
    [MemberData(nameof(All))]
    public void A_stack_passes_the_check(string name)
    {
        Layer<double> layer = Subjects.Layer<double>(name, Size);
        Sequential<double> model = new(
            new LstmLayer<double>(2, Size), layer, Subjects.Cell<double>("peephole", layer.OutputSize, 5), new Dense<double>(3, 2));

        GradientCheck.Run(model, steps: 3, batch: 2, seed: 3).ThrowIfWorseThan(1e-7);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_directions_pass_the_check(string name)
    {
        Bidirectional<double> layer = new(() => Subjects.Layer<double>(name, Size));

        GradientCheck.Run(layer, steps: 3, batch: 3, seed: 4, lengths: [3, 1, 2]).ThrowIfWorseThan(1e-7);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_residual_connection_passes_the_check(string name)
    {
        Layer<double> layer = Subjects.Layer<double>(name, Size);
        Residual<double> residual = new(layer, new Dense<double>(layer.OutputSize, Size));

        GradientCheck.Run(residual, steps: 3, batch: 3, seed: 5, lengths: [3, 1, 2]).ThrowIfWorseThan(1e-7);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Token_ids_pass_the_check(string name) =>
        GradientCheck.Run(Subjects.Cell<double>(name, Size), steps: 3, batch: 3, seed: 6, tokens: true).ThrowIfWorseThan(1e-7);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_frozen_matrix_has_no_gradient_and_the_others_have_theirs(string name)
    {
        RecurrentLayer<double> layer = Subjects.Cell<double>(name, Size);
        layer.Parameters[1].IsFrozen = layer.Parameters[^1].IsFrozen = true;
        GatedPair<double> pair = new(layer, new Dense<double>(layer.OutputSize, layer.OutputSize));

        GradientCheckReport report = GradientCheck.Run(pair, steps: 3, batch: 2, seed: 7).ThrowIfWorseThan(1e-7);

        report.Tensors.Select(tensor => tensor.Name).Should().NotContain(layer.Parameters[1].Name).And.Contain("0.first.W");
    }
}

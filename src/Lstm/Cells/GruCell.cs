using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The gated recurrent unit of Cho et al. (2014), with the reset gate before the product R_n (r*h') or after it, r*(R_n h'). Its equations
/// and their derivatives stand in <see cref="GruUnits{T}"/>.
/// </summary>
internal sealed class GruCell<T> : RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>b [3H] of r, z, n.</summary>
    public required Parameter<T> Bias { get; init; }

    /// <summary>rb [H], the bias of R_n h' where the reset is after the product, or null.</summary>
    public required Parameter<T>? RecurrentBias { get; init; }

    public override int InnerSize => ResetAfter ? 0 : HiddenSize;

    public override bool HasCellState => false;

    public override IReadOnlyList<RecurrentGate> Gates =>
    [
        new("r", 0, HiddenSize, Activation.Sigmoid),
        new("z", HiddenSize, HiddenSize, Activation.Sigmoid),
        new("n", 2 * HiddenSize, HiddenSize, Activation.Tanh),
    ];

    public override bool PassesHiddenGradient => true;

    public override IReadOnlyList<Parameter<T>> Vectors => RecurrentBias is null ? [Bias] : [Bias, RecurrentBias];

    private bool ResetAfter => RecurrentBias != null;

    /// <summary>The products with R [3H, H].</summary>
    public static IReadOnlyList<IReadOnlyList<RecurrentProduct<T>>> StagesOf(Parameter<T> weights, int hiddenSize, bool resetAfter) => resetAfter
        ? [[new(weights) { Target = ProductTarget.Recurrent }]]
        :
        [
            [new(weights) { Rows = 2 * hiddenSize }],
            [new(weights) { Source = ProductSource.Inner, FirstRow = 2 * hiddenSize, Rows = hiddenSize, FirstColumn = 2 * hiddenSize }],
        ];

    public override void Forward(int stage, in ForwardStep<T> step) =>
        GruGates<T>.Forward(step, stage, Bias.Current, RecurrentBias is null ? [] : RecurrentBias.Current);

    public override void Backward(int stage, in BackwardStep<T> step) => GruGates<T>.Backward(step, stage, ResetAfter);
}

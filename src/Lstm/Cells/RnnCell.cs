using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>The recurrent network of Elman (1990). Its equations and their derivatives stand in <see cref="RnnUnits{T}"/>.</summary>
internal sealed class RnnCell<T>(Activation activation) : RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>b [H].</summary>
    public required Parameter<T> Bias { get; init; }

    public override bool HasCellState => false;

    public override IReadOnlyList<RecurrentGate> Gates => [new("", 0, HiddenSize, activation)];

    public override bool PassesHiddenGradient => Dropout.ZoneoutHidden > 0;

    public override IReadOnlyList<Parameter<T>> Vectors => [Bias];

    public override void Forward(int stage, in ForwardStep<T> step) => RnnUnits<T>.Forward(step, activation, Bias.Current);

    public override void Backward(int stage, in BackwardStep<T> step) => RnnUnits<T>.Backward(step, activation);
}

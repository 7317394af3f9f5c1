using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>y = W x + b.</summary>
internal sealed class NaiveDense(int inputSize) : NaiveLayer
{
    public override Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at) =>
        [.. sequence.Select(x => Add(Multiply(scope.Parameter("W"), inputSize, x), scope.Parameter("b")))];
}

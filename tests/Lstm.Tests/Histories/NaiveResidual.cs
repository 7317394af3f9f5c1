using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>y = x + f(x).</summary>
internal sealed class NaiveResidual(NaiveLayer inner) : NaiveLayer
{
    public override IEnumerable<NaiveState> States => inner.States.Select(state => state with { Name = $"0.{state.Name}" });

    public override Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at)
    {
        Var[][] inside = inner.Run(sequence, scope.Of("0"), at);
        return Range(sequence.Length, t => Add(sequence[t].Values!, inside[t]));
    }
}

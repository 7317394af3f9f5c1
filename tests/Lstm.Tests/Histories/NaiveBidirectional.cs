using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>One layer from the first step to the last, one from the last to the first, side by side.</summary>
internal sealed class NaiveBidirectional(NaiveLayer forward, NaiveLayer backward) : NaiveLayer
{
    public override IEnumerable<NaiveState> States =>
    [
        .. forward.States.Select(state => state with { Name = $"forward.{state.Name}" }),
        .. backward.States.Select(state => state with { Name = $"backward.{state.Name}", IsCarried = false }),
    ];

    public override Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at)
    {
        Var[][] one = forward.Run(sequence, scope.Of("forward"), at);
        Var[][] other = [.. backward.Run([.. sequence.Reverse()], scope.Of("backward"), at).Reverse()];
        return Range<Var[]>(sequence.Length, t => [.. one[t], .. other[t]]);
    }
}

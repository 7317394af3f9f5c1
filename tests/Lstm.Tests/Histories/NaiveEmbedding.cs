namespace Lstm.Tests.Histories;

/// <summary>A row of E for each token id.</summary>
internal sealed class NaiveEmbedding(int size) : NaiveLayer
{
    public override Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at) =>
        [.. sequence.Select(x => scope.Parameter("E")[(x.Token * size)..][..size])];
}

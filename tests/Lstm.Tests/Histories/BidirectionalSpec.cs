namespace Lstm.Tests.Histories;

/// <summary><see cref="Bidirectional{T}"/>.</summary>
internal sealed record BidirectionalSpec(LayerSpec ForwardLayer, LayerSpec BackwardLayer) : LayerSpec
{
    public override int OutputSize(int inputSize) => ForwardLayer.OutputSize(inputSize) + BackwardLayer.OutputSize(inputSize);

    public override Layer<T> Create<T>(int inputSize) => new Bidirectional<T>(ForwardLayer.Create<T>(inputSize), BackwardLayer.Create<T>(inputSize));

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) =>
        new NaiveBidirectional(ForwardLayer.CreateNaive(inputSize, masks), BackwardLayer.CreateNaive(inputSize, masks));

    public override IEnumerable<LayerSpec> Shrink() =>
    [
        .. ForwardLayer.Shrink().Select(layer => this with { ForwardLayer = layer }), .. BackwardLayer.Shrink().Select(layer => this with { BackwardLayer = layer }),
    ];

    public override IEnumerable<string> Features() => ["Bidirectional", .. ForwardLayer.Features(), .. BackwardLayer.Features()];
}

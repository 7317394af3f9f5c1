namespace Lstm.Tests.Histories;

/// <summary><see cref="RnnLayer{T}"/>.</summary>
internal sealed record RnnSpec(int Size, RnnOptions Options) : LayerSpec
{
    public override int OutputSize(int inputSize) => Size;

    public override Layer<T> Create<T>(int inputSize) => new RnnLayer<T>(inputSize, Size, Options);

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveRecurrent(new NaiveRnn(inputSize, Size, Options, masks));

    public override IEnumerable<LayerSpec> Shrink() => Options != new RnnOptions() ? [this with { Options = new() }] : [];

    public override IEnumerable<string> Features() => ["Elman", .. RecurrentSpec.Features(Options)];
}

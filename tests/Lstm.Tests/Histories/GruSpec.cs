namespace Lstm.Tests.Histories;

/// <summary><see cref="GruLayer{T}"/>.</summary>
internal sealed record GruSpec(int Size, GruOptions Options) : LayerSpec
{
    public override int OutputSize(int inputSize) => Size;

    public override Layer<T> Create<T>(int inputSize) => new GruLayer<T>(inputSize, Size, Options);

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveRecurrent(new NaiveGru(inputSize, Size, Options, masks));

    public override IEnumerable<LayerSpec> Shrink() => Options != new GruOptions() ? [this with { Options = new() }] : [];

    public override IEnumerable<string> Features() => ["GRU", .. RecurrentSpec.Features(Options)];
}

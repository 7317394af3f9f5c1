namespace Lstm.Tests.Histories;

/// <summary><see cref="Embedding{T}"/>.</summary>
internal sealed record EmbeddingSpec(int Size) : LayerSpec
{
    public override int OutputSize(int inputSize) => Size;

    public override Layer<T> Create<T>(int inputSize) => new Embedding<T>(inputSize, Size);

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveEmbedding(Size);

    public override IEnumerable<string> Features() => ["Embedding"];
}

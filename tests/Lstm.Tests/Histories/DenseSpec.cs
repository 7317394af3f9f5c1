namespace Lstm.Tests.Histories;

/// <summary><see cref="Dense{T}"/>.</summary>
internal sealed record DenseSpec(int Size) : LayerSpec
{
    public override int OutputSize(int inputSize) => Size;

    public override Layer<T> Create<T>(int inputSize) => new Dense<T>(inputSize, Size);

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveDense(inputSize);

    public override IEnumerable<string> Features() => ["Dense"];
}

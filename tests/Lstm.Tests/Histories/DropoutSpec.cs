namespace Lstm.Tests.Histories;

/// <summary><see cref="Dropout{T}"/>.</summary>
internal sealed record DropoutSpec(double Rate, bool Variational) : LayerSpec
{
    public override int OutputSize(int inputSize) => inputSize;

    public override Layer<T> Create<T>(int inputSize) => new Dropout<T>(inputSize, Rate, Variational);

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveDropout(inputSize, Rate, Variational, masks);

    public override IEnumerable<string> Features() => ["Dropout"];
}

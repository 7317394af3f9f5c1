namespace Lstm.Tests.Histories;

/// <summary><see cref="Residual{T}"/> around one layer.</summary>
internal sealed record ResidualSpec(LayerSpec Inner) : LayerSpec
{
    public override int OutputSize(int inputSize) => inputSize;

    public override Layer<T> Create<T>(int inputSize) => new Residual<T>(Inner.Create<T>(inputSize));

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveResidual(Inner.CreateNaive(inputSize, masks));

    public override IEnumerable<string> Features() => ["Residual", .. Inner.Features()];
}

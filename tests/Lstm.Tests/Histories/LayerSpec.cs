namespace Lstm.Tests.Histories;

/// <summary>A layer, of which the library's and the naive one are made.</summary>
internal abstract record LayerSpec
{
    public abstract int OutputSize(int inputSize);

    public abstract Layer<T> Create<T>(int inputSize)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;

    public abstract NaiveLayer CreateNaive(int inputSize, NaiveMasks masks);

    /// <summary>What is simpler and might still fail.</summary>
    public virtual IEnumerable<LayerSpec> Shrink() => [];

    /// <summary>For the table of what was covered.</summary>
    public abstract IEnumerable<string> Features();
}

namespace Lstm.Benchmarks.Naive;

/// <summary>A layer of plain loops, [T,B,in] to [T,B,out].</summary>
internal interface INaiveLayer
{
    ReadOnlySpan<float> Output { get; }

    /// <summary>Values and gradients of every parameter.</summary>
    IReadOnlyList<NaiveParameter> Parameters { get; }

    void Forward(ReadOnlySpan<float> x);

    /// <summary>Adds to the gradients of the parameters, and assigns dx.</summary>
    void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx);
}

/// <summary>A copy of a parameter of the library's model, with a gradient and the moments of Adam.</summary>
internal sealed class NaiveParameter(Parameter<float> origin)
{
    public float[] Value { get; } = origin.Value.ToArray();

    public float[] Gradient { get; } = new float[origin.Length];

    public float[] Mean { get; } = new float[origin.Length];

    public float[] Variance { get; } = new float[origin.Length];
}

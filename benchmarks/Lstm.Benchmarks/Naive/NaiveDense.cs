namespace Lstm.Benchmarks.Naive;

/// <summary>y = W x + b at every row.</summary>
internal sealed class NaiveDense : INaiveLayer
{
    private readonly NaiveParameter _w, _b;     // [out,in] [out]
    private readonly float[] _output;           // [rows,out]
    private readonly int _inputSize, _outputSize, _rows;

    /// <summary>A layer with the weights W and b of a layer of the library.</summary>
    public NaiveDense(Dense<float> origin, int rows)
    {
        (_inputSize, _outputSize, _rows) = (origin.InputSize, origin.OutputSize, rows);
        (_w, _b) = (new NaiveParameter(origin.Weights), new NaiveParameter(origin.Bias));
        _output = new float[rows * _outputSize];
        Parameters = [_w, _b];
    }

    public IReadOnlyList<NaiveParameter> Parameters { get; }

    public ReadOnlySpan<float> Output => _output;

    public void Forward(ReadOnlySpan<float> x)
    {
        for (int row = 0; row < _rows; row++)
        {
            _b.Value.CopyTo(_output, row * _outputSize);
        }

        NaiveProduct.AddByTransposed(x, _w.Value, _output, _rows, _outputSize, _inputSize);
    }

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        dx.Clear();
        NaiveProduct.Add(dy, _w.Value, dx, _rows, _inputSize, _outputSize);
        NaiveProduct.AddTransposed(dy, x, _w.Gradient, _outputSize, _inputSize, _rows);
        for (int k = 0; k < dy.Length; k++)
        {
            _b.Gradient[k % _outputSize] += dy[k];
        }
    }
}
